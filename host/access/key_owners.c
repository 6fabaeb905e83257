/* SPDX-License-Identifier: Apache-2.0
 *
 * Records: "key/" and the key's name: {"owner": {"name", "organisation"},
 * "granted": [the same, ...]}, kept in memory as they are.
 */
#include "host/access/key_owners.h"

#include <string.h>

#include <bsn/helpers/error.h>

#define PREFIX "key/"

struct KeyOwners {
	AccessRecords *records;
	GHashTable *by_key;  /* name -> record (json_t) */
	GHashTable *pending; /* name -> owner (json_t): being made */
};

static void
free_json(gpointer json)
{
	json_decref(json);
}

static GHashTable *
table_new(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
				     free_json);
}

static void
found(void *owner, const char *key, const json_t *record)
{
	KeyOwners *owners = owner;

	g_hash_table_replace(owners->by_key, g_strdup(key),
			     json_deep_copy(record));
}

KeyOwners *
key_owners_new(AccessRecords *records, GError **error)
{
	KeyOwners *owners = g_new0(KeyOwners, 1);
	bsn_err err = BSN_ERR_INIT;

	owners->records = records;
	owners->by_key = table_new();
	owners->pending = table_new();
	if (access_records_each(records, PREFIX, found, owners, &err) == BSN_OK)
		return owners;
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
		    "the owners of hosted keys cannot be read: %s",
		    err.reason);
	key_owners_free(owners);
	return NULL;
}

void
key_owners_free(KeyOwners *owners)
{
	if (owners == NULL)
		return;
	g_hash_table_unref(owners->by_key);
	g_hash_table_unref(owners->pending);
	g_free(owners);
}

KeyUser
key_user_of(const Caller *caller)
{
	const Identity *identity = caller->identity;

	return (KeyUser){ identity->name, identity->organisation != NULL
						  ? identity->organisation
						  : "" };
}

/* ---- users ---- */

static json_t *
user_json(KeyUser user)
{
	return json_pack("{s:s, s:s}", "name", user.name, "organisation",
			 user.organisation);
}

static gboolean
is_user(const json_t *json, KeyUser user)
{
	return g_strcmp0(json_string_value(json_object_get(json, "name")),
			 user.name) == 0 &&
	       g_strcmp0(json_string_value(
				 json_object_get(json, "organisation")),
			 user.organisation) == 0;
}

/* The position among those that it is granted to; G_MAXSIZE for none. */
static gsize
position(const json_t *record, KeyUser user)
{
	const json_t *granted = json_object_get(record, "granted");

	for (gsize i = 0; i < json_array_size(granted); i++)
		if (is_user(json_array_get(granted, i), user))
			return i;
	return G_MAXSIZE;
}

static gboolean
is_owner(const json_t *record, KeyUser user)
{
	return is_user(json_object_get(record, "owner"), user);
}

/* A token is named by whoever made it, which proves nothing. */
static gboolean
proves_who(const Caller *caller)
{
	return strcmp(caller->by, "token") != 0;
}

static gboolean
is_admin(const Caller *caller)
{
	return role_allows(caller->identity->role, ROLE_ADMIN);
}

/* ---- what is asked ---- */

int32_t
key_owners_may_sign(const KeyOwners *owners, const Caller *caller,
		    const char *key, bsn_err *err)
{
	const json_t *record = g_hash_table_lookup(owners->by_key, key);
	KeyUser user = key_user_of(caller);

	if (record == NULL && is_admin(caller))
		return BSN_OK;
	if (record == NULL)
		return bsn_fail(err, BSN_DENIED,
				"signer: key %.63s has no owner, so only "
				"administrators may sign with it; one of them "
				"can give it an owner (bsnctl id hosted owner)",
				key);
	if (proves_who(caller) &&
	    (is_owner(record, user) || position(record, user) != G_MAXSIZE))
		return BSN_OK;
	return bsn_fail(err, BSN_DENIED,
			"signer: key %.63s is another's; its owner or an "
			"administrator can grant it to %.60s (bsnctl id hosted "
			"grant)",
			key, user.name);
}

int32_t
key_owners_may_change(const KeyOwners *owners, const Caller *caller,
		      const char *key, bsn_err *err)
{
	const json_t *record = g_hash_table_lookup(owners->by_key, key);

	if (is_admin(caller) || (record != NULL && proves_who(caller) &&
				 is_owner(record, key_user_of(caller))))
		return BSN_OK;
	return bsn_fail(err, BSN_DENIED,
			"key %.63s is not %.60s's: only its owner or an "
			"administrator may change it",
			key, caller->identity->name);
}

gboolean
key_owners_may_see(const KeyOwners *owners, const Caller *caller,
		   const char *key)
{
	bsn_err err = BSN_ERR_INIT;

	return is_admin(caller) ||
	       key_owners_may_sign(owners, caller, key, &err) == BSN_OK;
}

json_t *
key_owners_owner(const KeyOwners *owners, const char *key)
{
	const json_t *record = g_hash_table_lookup(owners->by_key, key);
	json_t *owner = json_object_get(record, "owner");

	return owner != NULL ? json_deep_copy(owner) : json_null();
}

json_t *
key_owners_granted(const KeyOwners *owners, const char *key)
{
	const json_t *record = g_hash_table_lookup(owners->by_key, key);
	json_t *granted = json_object_get(record, "granted");

	return granted != NULL ? json_deep_copy(granted) : json_array();
}

/* ---- what is changed ---- */

static guint
count_owned(GHashTable *table, const char *member, KeyUser user)
{
	GHashTableIter iter;
	gpointer json;
	guint n = 0;

	g_hash_table_iter_init(&iter, table);
	while (g_hash_table_iter_next(&iter, NULL, &json))
		if (is_user(member != NULL ? json_object_get(json, member)
					   : json,
			    user))
			n++;
	return n;
}

static int32_t
has_room(const KeyOwners *owners, KeyUser user, bsn_err *err)
{
	if (count_owned(owners->by_key, "owner", user) +
		    count_owned(owners->pending, NULL, user) <
	    KEYS_OWNED_MAX)
		return BSN_OK;
	return bsn_fail(err, BSN_TOO_LARGE,
			"%.60s has %u hosted keys, as many as may be",
			user.name, KEYS_OWNED_MAX);
}

/* Takes `record`, which is what holds from now on; NULL: none. */
static int32_t
save(KeyOwners *owners, const char *key, json_t *record, void (*done)(void *),
     void *owner, bsn_err *err)
{
	g_autofree char *name = g_strconcat(PREFIX, key, NULL);
	int32_t status = access_records_set(owners->records, name, record, done,
					    owner, err);

	if (status != BSN_OK)
		json_decref(record);
	else if (record != NULL)
		g_hash_table_replace(owners->by_key, g_strdup(key), record);
	else
		g_hash_table_remove(owners->by_key, key);
	return status;
}

static json_t *
copy_of(const KeyOwners *owners, const char *key)
{
	const json_t *record = g_hash_table_lookup(owners->by_key, key);

	return record != NULL ? json_deep_copy(record)
			      : json_pack("{s:[]}", "granted");
}

int32_t
key_owners_reserve(KeyOwners *owners, const char *key, KeyUser owner,
		   bsn_err *err)
{
	int32_t status;

	if (g_hash_table_contains(owners->pending, key))
		return bsn_fail(err, BSN_CONFLICT,
				"a key %.63s is being made already", key);
	status = has_room(owners, owner, err);
	if (status == BSN_OK)
		g_hash_table_insert(owners->pending, g_strdup(key),
				    user_json(owner));
	return status;
}

void
key_owners_release(KeyOwners *owners, const char *key)
{
	g_hash_table_remove(owners->pending, key);
}

int32_t
key_owners_take(KeyOwners *owners, const char *key, void (*done)(void *),
		void *owner, bsn_err *err)
{
	json_t *user = g_hash_table_lookup(owners->pending, key);
	json_t *record = json_pack("{s:O, s:[]}", "owner", user, "granted");

	key_owners_release(owners, key);
	return save(owners, key, record, done, owner, err);
}

int32_t
key_owners_give(KeyOwners *owners, const char *key, KeyUser to,
		void (*done)(void *), void *owner, bsn_err *err)
{
	const json_t *old = g_hash_table_lookup(owners->by_key, key);
	int32_t status = old != NULL && is_owner(old, to)
				 ? BSN_OK
				 : has_room(owners, to, err);
	json_t *record;

	if (status != BSN_OK)
		return status;
	record = copy_of(owners, key);
	json_object_set_new(record, "owner", user_json(to));
	return save(owners, key, record, done, owner, err);
}

int32_t
key_owners_grant(KeyOwners *owners, const char *key, KeyUser to,
		 void (*done)(void *), void *owner, bsn_err *err)
{
	json_t *record, *granted;

	if (!g_hash_table_contains(owners->by_key, key))
		return bsn_fail(err, BSN_CONFLICT,
				"key %.63s has no owner: give it one first",
				key);
	record = copy_of(owners, key);
	granted = json_object_get(record, "granted");
	if (position(record, to) == G_MAXSIZE) {
		if (json_array_size(granted) >= KEY_GRANTS_MAX) {
			json_decref(record);
			return bsn_fail(err, BSN_TOO_LARGE,
					"key %.63s is granted to %u already, "
					"as many as may be",
					key, KEY_GRANTS_MAX);
		}
		json_array_append_new(granted, user_json(to));
	}
	return save(owners, key, record, done, owner, err);
}

int32_t
key_owners_revoke(KeyOwners *owners, const char *key, KeyUser from,
		  void (*done)(void *), void *owner, bsn_err *err)
{
	json_t *record = copy_of(owners, key);
	gsize at = position(record, from);

	if (at == G_MAXSIZE) {
		json_decref(record);
		return bsn_fail(err, BSN_NOT_FOUND,
				"key %.63s is not granted to %.60s of %.60s",
				key, from.name, from.organisation);
	}
	json_array_remove(json_object_get(record, "granted"), at);
	return save(owners, key, record, done, owner, err);
}

int32_t
key_owners_forget(KeyOwners *owners, const char *key, void (*done)(void *),
		  void *owner, bsn_err *err)
{
	return save(owners, key, NULL, done, owner, err);
}
