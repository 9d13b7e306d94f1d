# SPDX-License-Identifier: Apache-2.0
from measured import Client

SSLEAY = """
use IO::Socket::INET;
use Net::SSLeay;
Net::SSLeay::initialize();
my $context = Net::SSLeay::CTX_new();
Net::SSLeay::CTX_load_verify_locations($context, $ARGV[1], "") or die;
Net::SSLeay::CTX_set_verify($context, Net::SSLeay::VERIFY_PEER(), 0);
my $socket = IO::Socket::INET->new(PeerAddr => $ARGV[0]) or die;
my $ssl = Net::SSLeay::new($context);
Net::SSLeay::set_fd($ssl, fileno($socket));
my $connected = Net::SSLeay::connect($ssl) == 1;
print "verify_code=", Net::SSLeay::get_verify_result($ssl), "\\n";
exit($connected ? 0 : 1);
"""


class TestSsleay(Client):
    program = "Perl Net::SSLeay"
    binary = "perl"
    package = "libnet-ssleay-perl"

    def visit(self, port):
        return self.run("perl", "-e", SSLEAY, f"127.0.0.1:{port}", self.ca.pem)
