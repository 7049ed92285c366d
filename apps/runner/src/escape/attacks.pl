# Attacks from inside a sandbox. Each prints its name and "held", or "BROKEN" and what it got. Perl, because it is part of
# every Debian and makes any system call by number. The argument is what the host tells of itself, as name=value lines.
use strict; use warnings; use Errno qw(EPERM ENOSYS EAFNOSUPPORT); use Fcntl; use Socket;
my %host = map { split /=/, $_, 2 } split /\n/, $ARGV[0];
$| = 1;
$SIG{PIPE} = 'IGNORE';

# The body returns what it got, or nothing.
sub attack { my ($name, $body) = @_; local $@; my $got = eval { $body->() }; $got = '' unless defined $got; $got =~ s/\s+/ /g;
  print "$name\t", ($got eq '' ? "held" : "BROKEN $got"), "\n" }
sub slurp { my ($path) = @_; open my $file, '<', $path or return; local $/; my $text = <$file>; $text }
sub writable { my ($path) = @_; sysopen(my $file, $path, O_WRONLY | O_APPEND) ? "opened $path" : undef }
sub creates { my ($path) = @_; sysopen(my $file, $path, O_WRONLY | O_CREAT | O_EXCL, 0644) or return; unlink $path; "made $path" }
# In a process of its own, which the attack may change for good.
sub apart { my ($body) = @_; pipe my $from, my $to; my $child = fork; return unless defined $child;
  if (!$child) { my $got = eval { $body->() }; print $to (defined $got ? $got : ''); close $to; require POSIX; POSIX::_exit(0) }
  close $to; local $/; my $got = <$from>; waitpid $child, 0; $got }
sub connects { my ($family, $address) = @_; socket(my $socket, $family, SOCK_STREAM, 0) or return; local $SIG{ALRM} = sub { die };
  alarm 3; my $got = connect($socket, $address) ? "connected" : undef; alarm 0; $got }
sub processes { map { m{^/proc/(\d+)$} ? $1 : () } glob '/proc/*' }

# Files of others.
attack "other tenant's file", sub { slurp $host{otherFile} };
attack "own tenant's other workspace", sub { slurp $host{siblingFile} };
attack "server's file", sub { slurp $host{secretFile} };
attack "server's directory", sub { opendir my $d, $host{dataDirectory} or return; join ' ', grep { !/^\.|workspaces/ } readdir $d };
attack "password hashes", sub { slurp '/etc/shadow' };
attack "home of root", sub { opendir my $d, '/root' or return; 'listed' };
attack "file through a link", sub { my $link = "$ENV{TMPDIR}/link-$$"; symlink $host{secretFile}, $link or die; slurp $link };
attack "file through another root", sub { for (processes()) { my $text = slurp "/proc/$_/root$host{secretFile}"; return $text if defined $text } undef };
attack "file through a working directory", sub { for (processes()) { my $text = slurp "/proc/$_/cwd/../../../../..$host{secretFile}"; return $text if defined $text } undef };

# Secrets and processes.
attack "secret in an environment", sub { for ('self', processes()) { my $text = slurp("/proc/$_/environ") // ''; return $1 if $text =~ /(\w*=?\Q$host{secret}\E)/ }
  for (values %ENV) { return $_ if index($_, $host{secret}) >= 0 } undef };
# The attacks' own words are in their command line.
attack "process of the host", sub { for (grep { $_ != $$ } processes()) { my $text = slurp("/proc/$_/cmdline") // ''; return "$_ $text" if $text =~ /vitest|server-driver|bwrap|serve\.ts|postgres/ } undef };
attack "descriptor that was left open", sub { for my $pid ('self', processes()) { for (glob "/proc/$pid/fd/*") { my $target = readlink // next;
  return "$_ $target" if $target =~ m{^/} && $target !~ m{^/dev/(null|pts/|ptmx|tty)|^/run/skein/|^/opt/skein/|^/proc/|^/workspaces/} } } undef };
attack "signal to a process of the host", sub { kill(0, $host{serverPid}) ? "reached $host{serverPid}" : $!{EPERM} ? "is there" : undef };
attack "shared memory of the host", sub { my $text = slurp('/proc/sysvipc/shm') // ''; $text =~ /^\s*-?\d+\s+\Q$host{shmId}\E\s/m ? 'listed' : undef };

# The network.
attack "socket by path", sub { connects AF_UNIX, pack_sockaddr_un($host{socketPath}) };
attack "abstract socket", sub { connects AF_UNIX, pack_sockaddr_un("\0$host{abstractName}") };
attack "port on 127.0.0.1", sub { connects AF_INET, pack_sockaddr_in($host{port}, inet_aton('127.0.0.1')) };
attack "port on ::1", sub { connects AF_INET6, pack_sockaddr_in6($host{port6}, Socket::inet_pton(AF_INET6, '::1')) };
attack "port on the host's address", sub { connects AF_INET, pack_sockaddr_in($host{port}, inet_aton($host{address})) };
# A datagram socket sends nothing by being connected; it only finds out whether there is a way.
attack "way to the metadata service", sub { socket(my $socket, AF_INET, SOCK_DGRAM, 0) or return; connect($socket, pack_sockaddr_in(80, inet_aton('169.254.169.254'))) ? 'there is' : undef };
attack "network device", sub { my @lines = split /\n/, slurp('/proc/net/dev'); my @devices = grep { $_ ne 'lo' } map { /^\s*([^:\s]+):/ ? $1 : () } @lines; "@devices" };
attack "route", sub { my @lines = split /\n/, slurp('/proc/net/route') // ''; @lines > 1 ? $lines[1] : undef };
attack "socket beside network namespaces", sub { socket(my $socket, 40, SOCK_STREAM, 0) ? 'AF_VSOCK' : undef };
attack "packet socket", sub { socket(my $socket, 17, SOCK_RAW, 0) ? 'AF_PACKET' : undef };

# The kernel's settings.
attack "kernel setting", sub { writable('/proc/sys/kernel/core_pattern') // writable('/proc/sys/kernel/hostname') // writable('/proc/sys/fs/mqueue/msg_max') };
attack "settings that can be written", sub { my ($line) = grep { (split / /)[4] eq '/proc/sys' } split /\n/, slurp('/proc/self/mountinfo');
  defined $line && (split / /, $line)[5] =~ /^ro/ ? undef : 'mounted for writing' };
attack "sysrq", sub { writable '/proc/sysrq-trigger' };
attack "memory of the kernel", sub { sysopen(my $file, '/proc/kcore', O_RDONLY) ? 'opened' : undef };
attack "control groups and devices in /sys", sub { -e '/sys/fs' || -e '/sys/class' ? 'there' : undef };
attack "own limits", sub { my ($hard) = (slurp('/proc/self/limits') =~ /^Max processes\s+\S+\s+(\S+)/m); $hard eq 'unlimited' ? $hard : undef };

# The system.
for my $path ('/broken', '/usr/broken', '/etc/broken', '/dev/broken', '/opt/skein/broken', '/run/broken', '/home/broken') {
  attack "new file $path", sub { creates $path };
}
attack "the runner's program", sub { writable('/opt/skein/runner.mjs') // writable('/opt/skein/bin/node') };
attack "device that is not harmless", sub { my @others = grep { !m{^/dev/(null|zero|full|random|urandom|tty|console|core|fd|stdin|stdout|stderr|ptmx|pts|shm)$} } glob '/dev/*'; "@others" };

# Rights.
my $status = slurp '/proc/self/status';
for my $set ('CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb') {
  attack "capabilities $set", sub { $status =~ /^$set:\s+0+$/m ? undef : ($status =~ /^($set:.*)$/m)[0] };
}
attack "new privileges", sub { $status =~ /^NoNewPrivs:\s+1$/m ? undef : 'allowed' };
attack "root in the sandbox", sub { $< == 0 || $> == 0 ? "uid $<" : undef };
attack "supplementary groups", sub { $status =~ /^Groups:\s*(\S.*)$/m && $1 =~ /(?:^|\s)(?!65534|1000)\d/ ? $1 : undef };

# System calls, by number.
if ($host{architecture} eq 'x64') {
  my %refused = (mount => 165, umount2 => 166, pivot_root => 155, chroot => 161, setns => 308, ptrace => 101, process_vm_readv => 310,
    pidfd_getfd => 438, kcmp => 312, bpf => 321, perf_event_open => 298, userfaultfd => 323, io_uring_setup => 425, add_key => 248, request_key => 249,
    keyctl => 250, kexec_load => 246, init_module => 175, swapon => 167, quotactl => 179, reboot => 169, syslog => 103, sethostname => 170,
    open_by_handle_at => 304, fanotify_init => 300, memfd_secret => 447, open_tree => 428, fsopen => 430, mount_setattr => 442, modify_ldt => 154);
  for my $name (sort keys %refused) {
    attack "system call $name", sub { apart(sub { my $result = syscall($refused{$name}, 0, 0, 0, 0, 0); $result < 0 && $! == EPERM ? '' : "result $result, error " . ($! + 0) }) };
  }
  attack "system call clone3", sub { apart(sub { my $result = syscall(435, 0, 0); $result < 0 && $! == ENOSYS ? '' : "result $result, error " . ($! + 0) }) };
  for my $space (['user', 0x10000000], ['mount', 0x00020000], ['network', 0x40000000], ['pid', 0x20000000]) {
    my ($name, $flag) = @$space;
    attack "unshare a $name namespace", sub { apart(sub { syscall(272, 0x10000000 | $flag) == 0 ? 'unshared' : '' }) };
  }
  attack "terminal: type for another", sub { my $c = 'x'; ioctl(STDIN, 0x5412, $c) ? 'typed' : $! == EPERM ? undef : "error " . ($! + 0) };
  attack "terminal: paste for another", sub { my $c = "\3"; ioctl(STDIN, 0x541c, $c) ? 'pasted' : $! == EPERM ? undef : "error " . ($! + 0) };
  attack "device file of one's own", sub { my $path = "$ENV{TMPDIR}/device-$$"; syscall(133, $path, 0020666, 0x101) == 0 ? 'made' : undef };
  attack "program in memory that escapes the filter", sub { my $name = 'x'; my $fd = syscall(319, $name, 0); return if $fd < 0; open my $to, '>&=', $fd or die;
    syswrite $to, slurp('/bin/grep'); open my $run, '-|', "/proc/$$/fd/$fd", '^Seccomp:', '/proc/self/status' or return; my $line = <$run> // ''; $line =~ /2/ || $line eq '' ? undef : $line };
}

# The repository, for somebody who will work in it with more rights.
if ($host{protectsGit}) {
  attack "git hook", sub { creates '.git/hooks/pre-commit' };
  attack "git configuration", sub { writable '.git/config' };
  attack "git configuration by renaming", sub { rename('.git/config', '.git/aside') ? 'moved' : undef };
  attack "git directory moved aside", sub { rename('.git', 'aside') ? do { rename 'aside', '.git'; 'moved' } : undef };
  attack "git hooks replaced by a link", sub { rename('.git/hooks', '.git/elsewhere') ? 'moved' : undef };
}
print "finished\n";
