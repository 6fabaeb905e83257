/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn/ext/compiler.h: compilers of contract languages that the host lends to
 * engines (`bsn.compiler/1`). A compiler runs outside of the host's process, in
 * bounds of time, memory and output that the host's administrator has set. It
 * sees the given text and no files.
 */
#ifndef BSN_EXT_COMPILER_H
#define BSN_EXT_COMPILER_H

#include "../host.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BSN_COMPILER_ID "bsn.compiler/1"

/* Bytes that a compiler may be given. */
#define BSN_COMPILER_INPUT_MAX (64u << 20)

/* Languages, and what a compiler of each reads and writes. */

/* Standard JSON of the Solidity compiler, both ways:
 * https://docs.soliditylang.org/en/latest/using-the-compiler.html */
#define BSN_COMPILER_SOLIDITY "solidity"

/* One run of a compiler. The caller embeds it and keeps it until `done`. */
typedef struct bsn_compilation bsn_compilation;
struct bsn_compilation {
	/* The run has ended; comes once.
	 *
	 * In: status: BSN_OK: output is all that the compiler wrote, borrowed
	 *     for the call; errors of the sources stand in it.
	 *     BSN_TIMEOUT: it took too long, or nobody waits for it any more;
	 *     BSN_TOO_LARGE: it wrote too much; BSN_FAULT: it crashed, for want
	 *     of memory perhaps; BSN_UNAVAILABLE: it cannot be started, or the
	 *     chain closes. err has the reason.
	 * [strand] & open */
	void (*done)(bsn_compilation *compilation, int32_t status,
		     bsn_slice output, const bsn_err *err);
};

typedef struct bsn_compiler {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* Whether there is a compiler of a language, from the opening of the
	 * plugin on. Returns: 1 or 0. [any] */
	int32_t (*offers)(const char *language);

	/* Starts a run, or queues it.
	 *
	 * Returns: BSN_OK: `done` comes, never from inside this call.
	 * In:      language; input, copied; reply: the request that it is for:
	 *          the run is ended early when nobody waits for that any more.
	 *          The caller answers it all the same.
	 * Errors:  BSN_NOT_OFFERED: no such language; BSN_TOO_LARGE.
	 * [strand] & open */
	int32_t (*run)(bsn_chain *chain, const char *language, bsn_slice input,
		       bsn_reply *reply, bsn_compilation *compilation,
		       bsn_err *err);
} bsn_compiler;

BSN_HOST_SERVICE(bsn_compiler, bsn_host_compiler, BSN_COMPILER_ID)

#ifdef __cplusplus
}
#endif

#endif /* BSN_EXT_COMPILER_H */
