/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn/ext/cpu.h: what CPU time is spent on (`bsn.cpu/1`), which a host counts
 * for its administrator. Nothing depends on it, and it costs two readings of a
 * clock: for work of microseconds and more, not for every hash.
 */
#ifndef BSN_EXT_CPU_H
#define BSN_EXT_CPU_H

#include "../host.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BSN_CPU_ID "bsn.cpu/1"

#define BSN_CPU_HOST 0u      /* TLS, HTTP, JSON, connections to other hosts */
#define BSN_CPU_ENGINE 1u    /* an engine's calls, if nothing else is said */
#define BSN_CPU_CRYPTO 2u    /* signatures, made and verified */
#define BSN_CPU_CONSENSUS 3u /* the protocol: messages, votes, timers */
#define BSN_CPU_EXECUTION 4u /* a block is executed and digested */
#define BSN_CPU_STORAGE 5u   /* batches written and made durable */
#define BSN_CPU_PARTS 6u

typedef struct bsn_cpu {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* Charges the calling thread's CPU time to `part` from now on. Whoever
	 * calls it calls it again with what it returned when that work is done,
	 * before it returns to the host. Jobs of bsn_parallel begin with the
	 * part of who runs them; a call of an engine with BSN_CPU_ENGINE.
	 *
	 * Returns: the part that was charged until now.
	 * In:      part, BSN_CPU_*; another counts as BSN_CPU_ENGINE.
	 * [any] */
	uint32_t (*charge)(uint32_t part);
} bsn_cpu;

BSN_HOST_SERVICE(bsn_cpu, bsn_host_cpu, BSN_CPU_ID)

#ifdef __cplusplus
}
#endif

#endif /* BSN_EXT_CPU_H */
