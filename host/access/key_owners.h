/* SPDX-License-Identifier: Apache-2.0
 *
 * host/access/key_owners.h: whose the hosted keys are, and who else may sign
 * with them. Main loop only.
 *
 * A key without an owner, as older versions of this host made them, is the
 * administrators' until one of them gives it to somebody. A record is written
 * after its key and forgotten before it, so that no crash leaves one that a
 * later key of that name would have.
 */
#ifndef HOST_ACCESS_KEY_OWNERS_H
#define HOST_ACCESS_KEY_OWNERS_H

#include "host/access/authenticate.h"
#include "host/access/records.h"

/* Keys of one owner, and identities that one key is granted to. */
#define KEYS_OWNED_MAX 100u
#define KEY_GRANTS_MAX 64u

typedef struct KeyOwners KeyOwners;

/* Somebody, by what a certificate says: its holder may renew it. */
typedef struct {
	const char *name, *organisation;
} KeyUser;

/* Reads what there is; `records` is borrowed. Errors name the damaged one. */
KeyOwners *key_owners_new(AccessRecords *records, GError **error);
void key_owners_free(KeyOwners *owners);

KeyUser key_user_of(const Caller *caller);

/* ---- what is asked ---- */

/* Whether the caller may sign with a key.
 *
 * Returns: BSN_OK, or BSN_DENIED with a reason that says who can help. */
int32_t key_owners_may_sign(const KeyOwners *owners, const Caller *caller,
			    const char *key, bsn_err *err);
/* Whether the caller may grant or forget it: its owner, or an administrator.
 * Likewise. */
int32_t key_owners_may_change(const KeyOwners *owners, const Caller *caller,
			      const char *key, bsn_err *err);
/* Whether the caller is shown it. */
gboolean key_owners_may_see(const KeyOwners *owners, const Caller *caller,
			    const char *key);

/* {"name", "organisation"} of the owner, null for none; and the same of each
 * that it is granted to. New references. */
json_t *key_owners_owner(const KeyOwners *owners, const char *key);
json_t *key_owners_granted(const KeyOwners *owners, const char *key);

/* ---- what is changed; `done` comes once it is durable, never after an error
 * ---- */

/* Keeps a place among the owner's keys while one is being made.
 *
 * Errors:  BSN_CONFLICT: one of that name is being made; BSN_TOO_LARGE:
 *          KEYS_OWNED_MAX. */
int32_t key_owners_reserve(KeyOwners *owners, const char *key, KeyUser owner,
			   bsn_err *err);
/* It was not made. */
void key_owners_release(KeyOwners *owners, const char *key);
/* It was made: it is the owner's from now on, unless this fails. */
int32_t key_owners_take(KeyOwners *owners, const char *key,
			void (*done)(void *), void *owner, bsn_err *err);

/* Gives the key to another; grants stay. Errors: BSN_TOO_LARGE. */
int32_t key_owners_give(KeyOwners *owners, const char *key, KeyUser to,
			void (*done)(void *), void *owner, bsn_err *err);
/* Errors:  BSN_CONFLICT: it has no owner yet; BSN_TOO_LARGE: KEY_GRANTS_MAX. */
int32_t key_owners_grant(KeyOwners *owners, const char *key, KeyUser to,
			 void (*done)(void *), void *owner, bsn_err *err);
/* Errors:  BSN_NOT_FOUND: it is not granted to them. */
int32_t key_owners_revoke(KeyOwners *owners, const char *key, KeyUser from,
			  void (*done)(void *), void *owner, bsn_err *err);
/* Nobody's any more. A key that has no record is fine. */
int32_t key_owners_forget(KeyOwners *owners, const char *key,
			  void (*done)(void *), void *owner, bsn_err *err);

#endif
