# A protocol of lines: each is answered, until the client says quit.
use strict;
use warnings;

$| = 1;
print "hello $ENV{TCPREMOTEIP}\n";
while (my $line = <STDIN>) {
	$line =~ s/\r?\n\z//;
	last if $line eq "quit";
	print scalar reverse($line), "\n";
}
print "bye\n";
