/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/identity/acl_private.h: an ACL as identity/acl.c reads
 * and identity/acl_judge.c judges it.
 */
#ifndef XUPER_IDENTITY_ACL_PRIVATE_H
#define XUPER_IDENTITY_ACL_PRIVATE_H

#include "plugins/engine-xuper/identity/acl.h"

/* A member of a threshold rule. */
typedef struct {
	char *name;
	guint64 weight; /* millionths */
} AclWeight;

struct Acl {
	guint rule;	 /* ACL_RULE_* */
	guint64 accept;	 /* millionths */
	GArray *weights; /* AclWeight, by name */
	GPtrArray *sets; /* GPtrArray of names */
};

/* "0.6"; the caller frees. */
char *acl_weight_text(guint64 millionths);

#endif
