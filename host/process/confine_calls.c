/* SPDX-License-Identifier: Apache-2.0
 *
 * A seccomp filter (seccomp(2)): what changes the machine, looks into other
 * processes, or has had more holes than uses is refused with EPERM; sockets are
 * IP's and routing's alone, since an empty network does not keep from Unix sockets in the
 * file system; and a process stays in its group, so that it can be ended.
 */
#include "config.h"

#include "host/process/confine.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifdef ARCHITECTURE

#define NEW_NAMESPACES                                                        \
	((uint32_t)(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS |            \
		    CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID |             \
		    CLONE_NEWNET))
/* x86-64's other set of numbers (x32) begins here. */
#define X32_BIT 0x40000000u

static const uint32_t refused[] = {
	SYS_acct, SYS_add_key, SYS_bpf, SYS_chroot, SYS_delete_module,
	SYS_finit_module, SYS_fsconfig, SYS_fsmount, SYS_fsopen, SYS_fspick,
	SYS_init_module, SYS_io_uring_enter, SYS_io_uring_register,
	SYS_io_uring_setup, SYS_kcmp, SYS_kexec_file_load, SYS_kexec_load,
	SYS_keyctl, SYS_lookup_dcookie, SYS_mount, SYS_move_mount,
	SYS_name_to_handle_at, SYS_open_by_handle_at, SYS_open_tree,
	SYS_perf_event_open, SYS_personality, SYS_pidfd_getfd, SYS_pivot_root,
	SYS_process_vm_readv, SYS_process_vm_writev, SYS_ptrace, SYS_quotactl,
	SYS_reboot, SYS_request_key, SYS_setdomainname, SYS_sethostname,
	SYS_setns, SYS_setpgid, SYS_setsid, SYS_swapoff, SYS_swapon, SYS_syslog,
	SYS_umount2, SYS_unshare, SYS_userfaultfd, SYS_vhangup,
#ifdef SYS_mount_setattr
	SYS_mount_setattr,
#endif
#ifdef SYS_ioperm
	SYS_ioperm, SYS_iopl,
#endif
};

#define REFUSED_COUNT (sizeof(refused) / sizeof(refused[0]))
#define LOAD(member)                                                          \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS,                                    \
		 (uint32_t)offsetof(struct seccomp_data, member))
#define IF_EQUAL(value, yes, no)                                              \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(value), yes, no)
#define IF_ANY(bits, yes, no)                                                 \
	BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (uint32_t)(bits), yes, no)
#define ANSWER(value) BPF_STMT(BPF_RET | BPF_K, (uint32_t)(value))
#define REFUSE(error) ANSWER(SECCOMP_RET_ERRNO | (uint32_t)(error))

/* Numbers of another architecture are other calls. */
static const struct sock_filter head[] = {
	LOAD(arch),
	IF_EQUAL(ARCHITECTURE, 1, 0),
	ANSWER(SECCOMP_RET_KILL_PROCESS),
	LOAD(nr),
	BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 0, 1),
	REFUSE(ENOSYS),
	/* Its flags are in memory, which a filter does not see; who gets
	 * ENOSYS calls clone. */
	IF_EQUAL(SYS_clone3, 0, 1),
	REFUSE(ENOSYS),
	IF_EQUAL(SYS_clone, 0, 4),
	LOAD(args[0]),
	IF_ANY(NEW_NAMESPACES, 0, 1),
	REFUSE(EPERM),
	ANSWER(SECCOMP_RET_ALLOW),
	IF_EQUAL(SYS_socket, 0, 7),
	LOAD(args[0]),
	IF_EQUAL(AF_INET, 5, 0),
	IF_EQUAL(AF_INET6, 4, 0),
	/* To ask what interfaces there are, as runtimes do. */
	IF_EQUAL(AF_NETLINK, 0, 2),
	LOAD(args[2]),
	IF_EQUAL(NETLINK_ROUTE, 1, 0),
	REFUSE(EAFNOSUPPORT),
	/* Sockets that are allowed come here with their family loaded. */
	LOAD(nr),
};

#define HEAD_COUNT (sizeof(head) / sizeof(head[0]))

static int
install(void)
{
	struct sock_filter code[HEAD_COUNT + REFUSED_COUNT * 2 + 1];
	struct sock_fprog program = { .filter = code };
	unsigned short n = 0;

	for (size_t i = 0; i < HEAD_COUNT; i++)
		code[n++] = head[i];
	for (size_t i = 0; i < REFUSED_COUNT; i++) {
		code[n++] = (struct sock_filter)IF_EQUAL(refused[i], 0, 1);
		code[n++] = (struct sock_filter)REFUSE(EPERM);
	}
	code[n++] = (struct sock_filter)ANSWER(SECCOMP_RET_ALLOW);
	program.len = n;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0 ?
		       0 :
		       errno;
}

#else

static int
install(void)
{
	return ENOSYS;
}

#endif

void
confine_calls(const Confinement *confinement)
{
	const int error = install();

	if (error != 0)
		confine_missing(confinement, "system calls", error);
}
