# SPDX-License-Identifier: Apache-2.0
from measured import Client

LWP = """
use LWP::UserAgent;
my $agent = LWP::UserAgent->new(ssl_opts => {SSL_ca_file => $ARGV[1], verify_hostname => 1});
my $answer = $agent->get($ARGV[0]);
print $answer->status_line, "\\n";
exit($answer->is_success ? 0 : 1);
"""
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


class TestLwp(Client):
    program = "Perl LWP, IO::Socket::SSL"
    binary = "perl"
    package = "libio-socket-ssl-perl"
    partial_chains = True
    shows_reason = False

    def visit(self, port):
        return self.run("perl", "-e", LWP, f"https://localhost:{port}/", self.ca.pem)


class TestSsleay(Client):
    program = "Perl Net::SSLeay"
    binary = "perl"
    package = "libnet-ssleay-perl"

    def visit(self, port):
        return self.run("perl", "-e", SSLEAY, f"127.0.0.1:{port}", self.ca.pem)
