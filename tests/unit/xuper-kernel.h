/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/xuper-kernel.h: a chain's state from its genesis on, on which kernel
 * contracts are called, each call being a transaction.
 */
#ifndef TESTS_UNIT_XUPER_KERNEL_H
#define TESTS_UNIT_XUPER_KERNEL_H

#include "plugins/engine-xuper/genesis.h"
#include "plugins/engine-xuper/kernel/kernel.h"
#include "plugins/kit/json.h"
#include "tests/unit/fake-host.h"
#include "tests/unit/xuper-suite.h"

#define KERNEL_PEOPLE 9u
#define KERNEL_ARGS_MAX 8u

typedef struct {
	Suite suite;
	ChainConfig *config;
	bsn_chain *chain;
	Layer *store, *layer;
	Block *genesis;
	XuperPerson people[KERNEL_PEOPLE]; /* the first ones are members */
	guint64 txs; /* so far */
	guint64 height, term; /* of the newest block */
	GByteArray *output;   /* of the last call, with a NUL behind */
	bsn_err err;          /* of the last call */
} KernelChain;

/* Makes a genesis: members of which the first `validators` agree on blocks.
 * `config` with '#' for a person's number: "#0" is the first one's address. */
Block *kernel_genesis(const Suite *suite, const XuperPerson *people,
		      const char *config, guint members, guint validators,
		      ChainConfig **parsed, bsn_err *err);
KernelChain *kernel_chain_new(const char *config, gboolean gm, guint members,
			      guint validators);
void kernel_chain_free(KernelChain *chain);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KernelChain, kernel_chain_free)

/* Calls "$contract.method". signers: numbers of people, "012": the first begins
 * the transaction, the others are in auth_require; or texts with ',' between.
 * Then names and values of arguments, ended by NULL; values with '#' as above.
 * Returns: what the method did; its writes count when it is BSN_OK. */
int32_t kernel_call(KernelChain *chain, const char *signers,
		    const char *method, ...) G_GNUC_NULL_TERMINATED;
/* The same with a method that may be none (BSN_NOT_FOUND), and pairs of names and
 * values, ended by NULL. */
int32_t kernel_call_pairs(KernelChain *chain, const char *signers,
			  const char *method, const char *const *pairs);
/* Expects it to be refused with that status and a reason that holds the text. */
#define kernel_refused(chain, status, text, ...)                               \
	do {                                                                   \
		g_assert_cmpint(kernel_call((chain), __VA_ARGS__), ==,         \
				(status));                                     \
		if (strstr((chain)->err.reason, (text)) == NULL)               \
			g_error("line %d: the reason is \"%s\"", __LINE__,     \
				(chain)->err.reason);                          \
	} while (0)
#define kernel_done(chain, ...)                                                \
	do {                                                                   \
		if (kernel_call((chain), __VA_ARGS__) != BSN_OK)               \
			g_error("line %d: %s", __LINE__,                       \
				(chain)->err.reason);                          \
	} while (0)
const char *kernel_answer(const KernelChain *chain);
/* The answer's member at a path, "a.b"; borrowed until the next one. */
const json_t *kernel_answered(const KernelChain *chain, const char *path);

/* Begins a block: what kernel_begin_block returns; its writes count. Out: the
 * number of keys that it read; may be NULL. */
int32_t kernel_block(KernelChain *chain, guint64 height, guint64 term,
		     gsize *reads);
/* A text in which '#' and a digit are that person's address. */
char *kernel_text(const KernelChain *chain, const char *text);
/* The members that agree on blocks now, as numbers: "0123". */
char *kernel_validators(KernelChain *chain);

#endif
