/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/precompiled/args.h: arguments of a call, out of contract
 * ABI bytes.
 *
 * Nothing is copied: values point into the data. Words must be clean (an
 * address with 12 zero bytes in front, a bool 0 or 1), offsets and lengths
 * inside the data; what follows the last value is ignored, as the EVM does.
 */
#ifndef FISCO_PRECOMPILED_ARGS_H
#define FISCO_PRECOMPILED_ARGS_H

#include <bsn/base.h>
#include <glib.h>

#define ARGS_MAX 6u
#define WORD_LEN 32u

typedef struct {
	/* string, bytes: their content; an address: 20 bytes; other words:
	 * their 32 bytes; arrays: empty. */
	bsn_slice bytes;
	bsn_slice *items; /* of an array, each as `bytes`; owned */
	guint n;
} Arg;

/* Decodes the arguments of a function.
 *
 * Returns: how many, with `args` for args_clear, or -1.
 * In:      signature, "set(string,int256)", of at most ARGS_MAX arguments.
 * Out:     args, ARGS_MAX of them; problem: why not, a constant text. [any] */
int args_decode(const char *signature, bsn_slice data, Arg *args,
		const char **problem);
void args_clear(Arg *args);

/* FALSE when the word is over 63 bits, or negative. [any] */
gboolean arg_count(const Arg *arg, guint64 *count);

#endif
