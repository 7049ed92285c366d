/** Numbers of the system calls that the filter names, from the kernel's tables; undefined where a platform has none. */
export type Architecture = "x64" | "arm64";

/** `AUDIT_ARCH_*` of linux/audit.h. */
export const auditArchitecture: Readonly<Record<Architecture, number>> = { x64: 0xc000003e, arm64: 0xc00000b7 };

type Numbers = Readonly<Record<Architecture, number | undefined>>;

const both = (number: number): Numbers => ({ x64: number, arm64: number });
const each = (x64: number | undefined, arm64: number | undefined): Numbers => ({ x64, arm64 });

/** Those whose arguments decide. */
export const examinedCalls = {
  clone: each(56, 220),
  clone3: both(435),
  ioctl: each(16, 29),
  socket: each(41, 198),
  memfd_create: each(319, 279),
  shmget: each(29, 194),
} as const;

/** Refused with EPERM: what a command has no use for and an escape has. */
export const refusedCalls: Readonly<Record<string, Numbers>> = {
  // Mounts and roots.
  mount: each(165, 40),
  umount2: each(166, 39),
  pivot_root: each(155, 41),
  chroot: each(161, 51),
  open_tree: both(428),
  move_mount: both(429),
  fsopen: both(430),
  fsconfig: both(431),
  fsmount: both(432),
  fspick: both(433),
  mount_setattr: both(442),
  open_tree_attr: both(467),
  // Namespaces.
  setns: each(308, 268),
  unshare: each(272, 97),
  // Other processes.
  ptrace: each(101, 117),
  process_vm_readv: each(310, 270),
  process_vm_writev: each(311, 271),
  process_madvise: both(440),
  pidfd_getfd: both(438),
  kcmp: each(312, 272),
  // Wide kernel interfaces.
  bpf: each(321, 280),
  perf_event_open: each(298, 241),
  userfaultfd: each(323, 282),
  io_uring_setup: both(425),
  io_uring_enter: both(426),
  io_uring_register: both(427),
  fanotify_init: each(300, 262),
  lookup_dcookie: each(212, 18),
  // Memory that no limit counts and that the kernel itself cannot read.
  memfd_secret: both(447),
  // Keys.
  add_key: each(248, 217),
  request_key: each(249, 218),
  keyctl: each(250, 219),
  // The machine.
  kexec_load: each(246, 104),
  kexec_file_load: each(320, 294),
  init_module: each(175, 105),
  finit_module: each(313, 273),
  delete_module: each(176, 106),
  swapon: each(167, 224),
  swapoff: each(168, 225),
  quotactl: each(179, 60),
  quotactl_fd: both(443),
  acct: each(163, 89),
  clock_settime: each(227, 112),
  settimeofday: each(164, 170),
  reboot: each(169, 142),
  syslog: each(103, 116),
  sethostname: each(170, 161),
  setdomainname: each(171, 162),
  vhangup: each(153, 58),
  iopl: each(172, undefined),
  ioperm: each(173, undefined),
  modify_ldt: each(154, undefined),
  uselib: each(134, undefined),
  // Files by handle pass every mount.
  open_by_handle_at: each(304, 265),
};
