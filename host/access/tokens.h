/* SPDX-License-Identifier: Apache-2.0
 *
 * host/access/tokens.h: access tokens: secrets that stand for an identity at
 * one chain's JSON-RPC and HTTP interface, for clients that can neither sign our
 * requests nor present a certificate. Only their digests are kept. Main loop only.
 */
#ifndef HOST_ACCESS_TOKENS_H
#define HOST_ACCESS_TOKENS_H

#include "host/access/authenticate.h"
#include "host/access/records.h"

/* So that people and scanners of leaked secrets know one when they see it. */
#define TOKEN_PREFIX "bsn_"
/* Of one chain. */
#define TOKENS_MAX 1000
/* Letters, digits, '.', '_', '-'. */
#define TOKEN_NAME_MAX 63
/* Wrong tokens that are answered and logged in one second; further ones are
 * only told to wait. Right ones are never in the way of this. */
#define TOKEN_FAILURES_MAX 20

typedef struct Tokens Tokens;

/* The chain that it is for: a chain made anew under its name is another. */
typedef struct {
	const char *name;
	guint64 created_ms;
} TokenChain;

typedef struct {
	const char *name;
	Role role;	     /* ROLE_AUDITOR reads, ROLE_CLIENT sends, too */
	guint64 created_ms;
	guint64 expires_ms;  /* 0: never */
	const char *created_by; /* who, and of which organisation */
	const char *organisation;
} TokenInfo;

/* Reads what there is; `records` is borrowed. Errors name the damaged one. */
Tokens *tokens_new(AccessRecords *records, GError **error);
void tokens_free(Tokens *tokens);

/* Makes one. `done` comes once it is durable.
 *
 * In:      wanted, but for created_ms.
 * Out:     secret, for g_free: told once, never kept.
 * Errors:  BSN_BAD_REQUEST; BSN_CONFLICT: the name is taken; BSN_TOO_LARGE:
 *          TOKENS_MAX. */
int32_t tokens_create(Tokens *tokens, TokenChain chain, const TokenInfo *wanted,
		      char **secret, void (*done)(void *owner), void *owner,
		      bsn_err *err);
/* Ends one, at once. Errors: BSN_NOT_FOUND. */
int32_t tokens_revoke(Tokens *tokens, TokenChain chain, const char *name,
		      void (*done)(void *owner), void *owner, bsn_err *err);
/* Calls `each` for those of a chain. */
void tokens_each(Tokens *tokens, TokenChain chain,
		 void (*each)(void *owner, const TokenInfo *info), void *owner);

/* Who a secret stands for: an identity named as the token, by "token".
 *
 * Errors:  BSN_UNAUTHENTICATED; BSN_BUSY: too many wrong ones. */
int32_t tokens_judge(Tokens *tokens, TokenChain chain, const char *secret,
		     Caller **caller, bsn_err *err);
/* Whether such a caller's token has not been revoked meanwhile. */
gboolean tokens_hold(Tokens *tokens, const Caller *caller);

#endif
