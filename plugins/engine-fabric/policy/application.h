/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/policy/application.h: a chaincode's endorsement policy:
 * one of its own, or one of the channel's by its path.
 */
#ifndef FABRIC_POLICY_APPLICATION_H
#define FABRIC_POLICY_APPLICATION_H

#include "peer/policy.pb-c.h"
#include "plugins/kit/codec/arena.h"
#include "plugins/engine-fabric/policy/tree.h"

/* Of definitions that say none. */
#define APPLICATION_POLICY_DEFAULT "/Channel/Application/Endorsement"
/* Bytes of a path. */
#define APPLICATION_POLICY_PATH_MAX 1024u

/* Immutable: any thread. */
typedef struct {
	Policy own;      /* its signature is NULL when it is the channel's */
	char *reference; /* a path; NULL when it is its own */
} ApplicationPolicy;

/* Reads an ApplicationPolicy's bytes.
 *
 * Returns: BSN_OK and a policy for application_policy_free.
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE. [any] */
int32_t application_policy_new(const Suite *suite, bsn_slice bytes,
			       ApplicationPolicy **policy, bsn_err *err);
void application_policy_free(ApplicationPolicy *policy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ApplicationPolicy, application_policy_free)

/* What is to be fulfilled, borrowed from either; NULL when the channel has no
 * policy at that path, which nobody fulfils. A reference is looked up anew each
 * time, since the channel's config changes. [any] */
const Policy *application_policy_find(const ApplicationPolicy *policy,
				      const PolicyTree *channel);

/* From text: a path that begins with a slash, or what policy_parse_signature
 * takes.
 *
 * Returns: BSN_OK and an ApplicationPolicy's bytes, in the arena.
 * Errors:  as policy_parse_signature. */
int32_t application_policy_parse(Arena *arena, const char *text,
				 bsn_slice *bytes, bsn_err *err);
/* And back; NULL for what cannot be said. The caller frees it. [any] */
char *application_policy_text(const ApplicationPolicy *policy);

#endif
