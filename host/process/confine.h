/* SPDX-License-Identifier: Apache-2.0
 *
 * host/process/confine.h: how bsn-confined takes things away from itself before
 * it becomes a program. Linux only, no library but C's.
 *
 * What it has to say goes to the control socket (SOCK_SEQPACKET, descriptor
 * CONFINE_CONTROL), one message each:
 *   "missing NAME: REASON"  could not be had, and it goes on
 *   "door"                  with a descriptor: a socket that listens for it
 *   "failed REASON"         it ends
 * When nothing of that is left to come the socket is closed: the program runs.
 */
#ifndef HOST_PROCESS_CONFINE_H
#define HOST_PROCESS_CONFINE_H

#include <stdint.h>

#define CONFINE_CONTROL 3
/* A cgroup's cgroup.procs to enter; may be closed. */
#define CONFINE_CGROUP 4
/* Stands in arguments and environment for the door's address. */
#define CONFINE_DOOR "{door}"
/* Begins what is for the program's environment: bsn-confined itself, which is
 * not confined from its first instruction on, is told nothing by it. */
#define CONFINE_ENV "child:"
#define CONFINE_PATHS_MAX 64

typedef struct {
	uint64_t memory, file_bytes, files, processes;
	int has_door;
	int required; /* without one of its walls it does not start */
	uint16_t door; /* port on 127.0.0.1 of its own network */
	const char *read[CONFINE_PATHS_MAX + 1]; /* ended by NULL */
	const char *write; /* directory */
} Confinement;

/* ---- confine_main.c: what is said; any process of it ---- */

/* A part that could not be had, by errno. Ends the process when it is
 * required. */
void confine_missing(const Confinement *confinement, const char *part,
		     int error);
/* Something that is only less well bounded. */
void confine_lacking(const char *part, const char *reason);
void confine_fail(const char *what, int error) __attribute__((noreturn));
/* Says "door", with the socket. */
void confine_send_door(int fd);

/* ---- its walls ---- */

/* Namespaces of its own for users, processes (the next child is its first),
 * IPC and network; with the door in the network, or, when that could not be
 * had, on any port of the host's loopback. Returns the door's port; 0: none.
 * *own_users: the first of them was had. */
uint16_t confine_namespaces(const Confinement *confinement, int *own_users);
/* In the namespace of processes: a /proc that shows nothing else. Returns
 * whether it was had, which programs can do without. */
int confine_proc(void);
/* Landlock: files, TCP, abstract sockets and signals. */
void confine_files(const Confinement *confinement, uint16_t door, int own_proc);
/* Seccomp: system calls that contracts have no use for, sockets but IP's. */
void confine_calls(const Confinement *confinement);

#endif
