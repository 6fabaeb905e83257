/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/identity/acl.h: access control lists of accounts and of
 * contracts' methods: XuperChain's JSON
 *
 *   {"pm":{"rule":1,"acceptValue":0.6},"aksWeight":{"AK or account":0.3,...}}
 *   {"pm":{"rule":2},"akSets":{"sets":{"1":{"aks":["AK",...]}},"expression":"1"}}
 *
 * Weights and accept values are kept as integers of millionths, so that no node
 * rounds otherwise; finer ones are refused.
 */
#ifndef XUPER_IDENTITY_ACL_H
#define XUPER_IDENTITY_ACL_H

#include <bsn/bsn.h>
#include <glib.h>

#define ACL_MAX 65536u /* bytes of JSON */
#define ACL_MEMBERS_MAX 1024u
#define ACL_DEPTH_MAX 8u /* accounts within accounts */
/* Of accounts, judged for one source: whoever signs chooses the paths, and each
 * place of an account on them is judged anew. */
#define ACL_JUDGED_MAX 256u

#define ACL_RULE_NONE 0u
#define ACL_RULE_THRESHOLD 1u
#define ACL_RULE_AK_SET 2u

typedef struct Acl Acl;

/* Returns: an ACL, or NULL with the reason: rules 3 to 6 are not offered.
 * Errors: *status: BSN_BAD_REQUEST, BSN_NOT_OFFERED, BSN_TOO_LARGE. [any] */
Acl *acl_parse(bsn_slice json, int32_t *status, bsn_err *err);
void acl_free(Acl *acl); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Acl, acl_free)

/* Where ACLs of accounts come from: BSN_OK and JSON, or BSN_NOT_FOUND. */
typedef struct AclSource AclSource;
struct AclSource {
	int32_t (*account)(AclSource *source, bsn_slice account,
			   GByteArray *json, bsn_err *err);
	guint judged; /* so far; begins with 0 */
};

/* Whether those who have signed fulfil the ACL. `signers`: n texts as in
 * auth_require, "ADDRESS" or "ACCOUNT/ADDRESS" (or deeper), whose last part has
 * signed; who signs for an account counts for it only where its path leads
 * through it, and only when that account's own ACL is fulfilled by those paths.
 *
 * Returns: BSN_OK; BSN_DENIED with a reason that names weight and what is
 * needed, or that more than ACL_JUDGED_MAX accounts were to be judged. Errors: of
 * the source. [any] */
int32_t acl_judge(const Acl *acl, const bsn_slice *signers, guint n,
		  AclSource *source, bsn_err *err);
/* The same for an account by name; one that the source does not have is
 * fulfilled by nobody. */
int32_t acl_judge_account(bsn_slice account, const bsn_slice *signers, guint n,
			  AclSource *source, bsn_err *err);
/* Each name that it mentions. */
typedef void (*AclMention)(void *owner, bsn_slice name);
void acl_mentions(const Acl *acl, AclMention mention, void *owner);

#endif
