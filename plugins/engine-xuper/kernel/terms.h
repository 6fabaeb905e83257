/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/kernel/terms.h: the agreement (agreement.h) as kernel
 * contracts read and change it, and what each protocol's config may have.
 */
#ifndef XUPER_KERNEL_TERMS_H
#define XUPER_KERNEL_TERMS_H

#include "plugins/engine-xuper/kernel/agreement.h"
#include "plugins/engine-xuper/kernel/value.h"

/* Nodes of a chain. The first transaction of a block reads three keys for each in
 * an election, and those of TIMER_TASKS_MAX tasks: all of it must stay below
 * SANDBOX_KEYS_MAX, or no block could be made any more. */
#define MEMBERS_MAX 500u
#define VALIDATORS_MAX 256u
#define MEMBER_TEXT_MAX 255u /* bytes of a node's name, and of its address */

/* Below this many validators none of them may fail. */
#define VALIDATORS_SAFE 4u

typedef struct {
	json_t *json; /* the whole */
	const char *protocol;
	json_t *config;     /* object */
	json_t *validators; /* array of addresses */
} Terms;
void terms_clear(Terms *terms);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Terms, terms_clear)

/* From a text. FALSE: it is none. [any] */
gboolean terms_parse(bsn_slice text, Terms *terms);
/* The text that agreements are kept as; the caller frees. [any] */
char *terms_text(const char *protocol, const json_t *config,
		 const json_t *validators);
/* As the state has it. Returns: BSN_OK. Errors: BSN_E_CORRUPT, of the sandbox. */
int32_t terms_read(Sandbox *box, Terms *terms, bsn_err *err);
int32_t terms_write(Sandbox *box, const char *protocol, const json_t *config,
		    const json_t *validators, bsn_err *err);
/* Whose place an address has; -1: it is no validator. [any] */
gssize terms_find(const json_t *validators, const char *address);
/* The address at a place. [any] */
const char *terms_at(const json_t *validators, gsize i);

/* A node. */
typedef struct {
	gboolean validates; /* role "consensus" */
	char public_key[2 * PUBLIC_KEY_LEN + 3]; /* 0x and digits */
	char *name, *address; /* owned; the address is host:port */
} Member;
void member_clear(Member *member);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Member, member_clear)
/* From a text. FALSE: it is none. [any] */
gboolean member_parse(bsn_slice text, Member *member);
/* The text that members are kept as; the caller frees. [any] */
char *member_text(const Member *member);
/* Returns: BSN_OK, BSN_NOT_FOUND without a reason. Errors: BSN_E_CORRUPT, of the
 * sandbox. */
int32_t member_read(Sandbox *box, const char *address, Member *member,
		    bsn_err *err);
int32_t member_write(Sandbox *box, const char *address, const Member *member,
		     bsn_err *err);
/* Whether each is the address of one of the chain's nodes, and none is there twice.
 * Returns: BSN_OK. Errors: BSN_BAD_REQUEST, of the sandbox. */
int32_t members_check(Sandbox *box, const json_t *validators, bsn_err *err);
/* Sees that, gives them the role consensus, and takes it from those of `before`
 * (may be NULL) who are not among them. */
int32_t members_appoint(Sandbox *box, const json_t *validators,
			const json_t *before, bsn_err *err);

/* Whether chains can have that protocol, with that config (NULL: {}) and so many
 * validators. It is all that the protocols' plugins ask for (check_config): what
 * a proposal decides is not refused any more when it is done.
 * Returns: BSN_OK. Errors: BSN_BAD_REQUEST. [any] */
int32_t protocol_check(const char *protocol, const json_t *config,
		       gsize n_validators, bsn_err *err);
/* The config as agreements have it (a new reference): numbers are numbers, where
 * XuperChain's files have texts. [any] */
json_t *protocol_config(const json_t *config);
/* What of it is the plugin's, as text: not what this chain's contracts alone
 * read. The caller frees. [any] */
char *protocol_text(const json_t *config);
/* A whole number of a config. [any] */
guint64 protocol_number(const json_t *config, const char *key,
			guint64 fallback);

#endif
