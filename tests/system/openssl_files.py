# SPDX-License-Identifier: Apache-2.0
"""
Files that administrators and distributions have for openssl.cnf, in the ways that matter to
whoever edits them. They are written for the tests.

{folder} stands for the folder of the file, {stand_in} for a provider that loads: it takes the place
of those that need a device or are not installed.
"""

# Each file: its text, or bytes, or None if it is missing; and the files beside it.
FILES = {}
BESIDE = {}


def file(name, text, beside=None):
    assert name not in FILES
    FILES[name] = text
    BESIDE[name] = beside or {}


CA = """
[ ca ]
default_ca\t= CA_default\t\t# which one

[ CA_default ]
dir\t\t= ./demoCA\t\t# where all is kept
certs\t\t= $dir/certs
private_key\t= $dir/private/cakey.pem# no space before this
name_opt \t= ca_default

[ req ]
distinguished_name\t= req_distinguished_name
string_mask = utf8only

[ req_distinguished_name ]
countryName\t\t\t= Country Name (2 letter code)
countryName_default\t\t= AU

[ tsa ]
default_tsa = tsa_config1
[ tsa_config1 ]
digests\t\t\t= sha1, sha256, sha384, sha512  # all that are taken
"""

# Distributions
file("debian_12", """\
# An example with the providers in comments.

HOME\t\t\t= .

 # Load providers by themselves.
openssl_conf = openssl_init

config_diagnostics = 1
oid_section = new_oids

[ new_oids ]
tsa_policy1 = 1.2.3.4.1

# .include fipsmodule.cnf

[openssl_init]
# providers = provider_sect

# [provider_sect]
# default = default_sect
# fips = fips_sect

# [default_sect]
# activate = 1

""" + CA)
file("debian_13", """\
HOME\t\t\t= .
openssl_conf = openssl_init
[ new_oids ]
# .include fipsmodule.cnf
[openssl_init]
providers = provider_sect
ssl_conf = ssl_sect

[provider_sect]
default = default_sect
# fips = fips_sect

[default_sect]
# activate = 1

[ssl_sect]
system_default = system_default_sect
[system_default_sect]
MinProtocol = TLSv1.2
CipherString = DEFAULT:@SECLEVEL=2
""" + CA)
file("ubuntu", """\
HOME\t\t\t= .
openssl_conf = openssl_init
[openssl_init]
providers = provider_sect
ssl_conf = ssl_sect
[provider_sect]
default = default_sect
[default_sect]
# activate = 1
""" + CA + """
[ssl_sect]
system_default = system_default_sect

[system_default_sect]
CipherString = DEFAULT:@SECLEVEL=2
""")
file("fedora", """\
openssl_conf = openssl_init
config_diagnostics = 1

[openssl_init]
providers = provider_sect
ssl_conf = ssl_module
alg_section = evp_properties

[ evp_properties ]
# rh-allow-sha1-signatures = yes

[provider_sect]
default = default_sect
##legacy = legacy_sect

[default_sect]
activate = 1

##[legacy_sect]
##activate = 1

.include {folder}/openssl.d

[ ssl_module ]
system_default = crypto_policy

[ crypto_policy ]
.include = {folder}/back-ends.cnf
""" + CA, {"openssl.d/own.cnf": "[own_oids]\nown = 1.2.3.4.5\n",
            "back-ends.cnf": "MinProtocol = TLSv1.2\nCipherString = @SECLEVEL=2:kEECDH:kRSA\n"})
file("alpine", "openssl_conf = openssl_init\n[openssl_init]\nproviders = provider_sect\n"
     "[provider_sect]\ndefault = default_sect\n[default_sect]\n# activate = 1\n" + CA)
file("homebrew", "HOME = .\n" + CA + "\n[ v3_ca ]\nbasicConstraints = critical,CA:true\n")
file("arch", "openssl_conf = openssl_init\n[openssl_init]\n" + CA)

# Providers
file("legacy", """\
openssl_conf = openssl_init
[openssl_init]
providers = provider_sect
[provider_sect]
default = default_sect
legacy = legacy_sect
[default_sect]
activate = 1
[legacy_sect]
activate = 1
""")
file("legacy_named_only", """\
openssl_conf = openssl_init
[openssl_init]
providers = provider_sect
[provider_sect]
legacy = legacy_sect
[legacy_sect]
# activate = 1
""")
file("fips_off", """\
openssl_conf = openssl_init
[openssl_init]
providers = provider_sect
alg_section = algorithm_sect
[provider_sect]
fips = fips_sect
base = base_sect
[base_sect]
# activate = 1
[fips_sect]
# activate = 1
conditional-errors = 1
[algorithm_sect]
# default_properties = fips=yes
""")
file("fips_beside_default", """\
openssl_conf = openssl_init
[openssl_init]
providers = provider_sect
[provider_sect]
fips = fips_sect
default = default_sect
base = base_sect
[default_sect]
activate = 1
[base_sect]
activate = 1
[fips_sect]
activate = 1
module = {stand_in}
""")
file("pkcs11", """\
openssl_conf = openssl_init
[openssl_init]
providers = provider_sect
[provider_sect]
default = default_sect
pkcs11 = pkcs11_sect
[default_sect]
activate = 1
[pkcs11_sect]
module = {stand_in}
pkcs11-module-path = /usr/lib/softhsm/libsofthsm2.so
pkcs11-module-quirks = no-deinit
activate = 1
""")
file("tpm2", """\
openssl_conf = openssl_init
[openssl_init]
providers = provider_sect
[provider_sect]
default = default_sect
base = base_sect
tpm2 = tpm2_sect
[base_sect]
activate = 1
[default_sect]
activate = 1
[tpm2_sect]
module = {stand_in}
tcti = "device:/dev/tpmrm0"
activate = 1
""")
file("oqs", """\
openssl_conf = openssl_init
[openssl_init]
providers = provider_sect
ssl_conf = ssl_sect
[provider_sect]
default = default_sect
oqsprovider = oqsprovider_sect
[default_sect]
activate = 1
[oqsprovider_sect]
activate = 1
module = {stand_in}
[ssl_sect]
system_default = system_default_sect
[system_default_sect]
Groups = X25519:P-256
""")
file("default_with_a_dot", """\
openssl_conf = openssl_init
[openssl_init]
providers = provider_sect
[provider_sect]
1.default = main_sect
[main_sect]
""")
file("default_shares_a_section", """\
openssl_conf = openssl_init
[openssl_init]
providers = provider_sect
[provider_sect]
default = all_sect
legacy = all_sect
[all_sect]
# activate = 1
""")
file("dormant_providers", """\
openssl_conf = openssl_init
[openssl_init]
# providers = provider_sect
[provider_sect]
legacy = legacy_sect
[default_sect]
identity = legacy
[legacy_sect]
activate = 1
""")
file("missing_provider", """\
openssl_conf = openssl_init
[openssl_init]
providers = provider_sect
[default_sect]
activate = 1
[provider_sect]
default = default_sect
gone = gone_sect
[gone_sect]
module = /nonexistent/gone.so
soft_load = 1
activate = 1
""")
file("init_stops_early", """\
openssl_conf = openssl_init
[openssl_init]
no_such_module = nothing
""")
file("other_names", """\
openssl_conf = start
[start]
providers = all of them
[all of them]
default = the default one
[ the default one ]
# nothing
""")

# Node.js
file("nodejs_own", """\
openssl_conf = openssl_init
nodejs_conf = nodejs_init
[openssl_init]
providers = provider_sect
[nodejs_init]
ssl_conf = ssl_sect
[provider_sect]
default = default_sect
legacy = legacy_sect
[default_sect]
activate = 1
[legacy_sect]
activate = 1
[ssl_sect]
system_default = system_default_sect
[system_default_sect]
MinProtocol = TLSv1.2
""")
file("nodejs_same", "nodejs_conf = openssl_init\nopenssl_conf = openssl_init\n[openssl_init]\n")

# The grammar
file("crlf", FILES["debian_13"].replace("\n", "\r\n"))
file("no_final_newline", FILES["debian_12"].rstrip() + "\n[last]\nkey = value")
file("no_final_newline_crlf", "a = b\r\n[last]\r\nkey = value")
file("one_line", "HOME = .")
file("continued", """\
openssl_conf = \\
openssl_init
[openssl_init]
providers = provider\\
_sect
[provider_sect]
default = \\
   default_sect
""")
file("ends_in_backslash", "openssl_conf = openssl_init\n[openssl_init]\n[x]\nkey = value \\")
file("ends_in_backslash_newline", "HOME = .\n# a comment that goes on \\\n")
file("header_in_a_continuation", """\
openssl_conf = openssl_init
[x]
key = one \\
[openssl_init] \\
[openssl_init]
# a comment that goes on \\
[openssl_init]
[openssl_init]
[y]
key = two
""")
file("comments_behind", """\
openssl_conf = openssl_init # the start
[openssl_init] # where it goes on
providers = provider_sect# no space
[provider_sect]#
default = default_sect    # the default one
[default_sect]
#activate = 1
""")
file("quotes", """\
openssl_conf = "openssl_init"
[openssl_init]
[x]
one = "# no comment" 'nor # this' `nor # that`
two = "a \\" b" \\# \\\\
three = '[openssl_init]'
""")
file("repeated", """\
openssl_conf = wrong
[openssl_init]
providers = wrong
[provider_sect]
default = wrong
[default]
openssl_conf = openssl_init
[openssl_init]
providers = provider_sect
[provider_sect]
default = default_sect
[openssl_init]
""")
file("colons", "default::openssl_conf = openssl_init\nopenssl_init::providers = provider_sect\n"
     "provider_sect::default = default_sect\n[other]\nkey = value\n")
file("dollars", """\
start = openssl_init
part = sect
openssl_conf = $start
[openssl_init]
providers = provider_${default::part}
[provider_sect]
default = default_$(default::part)
""" + "[x]\nhome = $ENV::PATH/x\n")
file("spaces", "[ default ]\nopenssl_conf   =   openssl_init   \n\n[   openssl_init\t]\n"
     "\tproviders\t=\tprovider_sect\t\n[ provider_sect ]\n")
file("indented", """\
    openssl_conf = openssl_init
    [openssl_init]
        providers = provider_sect
    [provider_sect]
        default = default_sect
    [default_sect]
""")
file("long_lines", "# " + "long " * 900 + "\nopenssl_conf = openssl_init\n[x]\nkey = " + "v" * 3000
     + "\nother = " + "w" * 1020 + "\\\\\n[openssl_init]\n")
file("octets", b"openssl_conf = openssl_init\n[openssl_init]\n[x]\nname = M\xfcller \xc3\xa9\n")
file("pragmas", """\
.pragma = dollarid:true
.pragma = includedir:{folder}
.pragma abspath:false
openssl_conf = openssl_init
.include more.cnf
[x]
key$1 = value$2
""", {"more.cnf": "[openssl_init]\nproviders = provider_sect\n"})
file("include_start", ".include {folder}/start.cnf\n[own]\nkey = value\n", {"start.cnf": """\
openssl_conf = openssl_init
[openssl_init]
providers = provider_sect
[provider_sect]
default = default_sect
[default_sect]
"""})
file("include_folder", "openssl_conf = openssl_init\n.include {folder}/conf.d\n",
     {"conf.d/1.cnf": "[openssl_init]\nproviders = provider_sect\n",
      "conf.d/2.cnf": "[provider_sect]\ndefault = default_sect\n[default_sect]\nactivate = 1"})
file("include_is_last", "openssl_conf = openssl_init\n[openssl_init]\n[last]\n"
     ".include = {folder}/open.cnf", {"open.cnf": "[open]\nkey = value"})
file("empty", "")
file("blank", "\n \n\t\n")
file("comments_only", "# nothing\n# [openssl_init]\n")
file("missing", None)
file("leftover", """\
openssl_conf = openssl_init
[openssl_init]
# providers = provider_sect
[provider_sect]
default = default_sect
rootscope = rootscope_sect
[default_sect]
activate = 1
[rootscope_sect]
# activate = 1
telemetry = off
""")
