/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/amop/topics.h"

#include <string.h>

#include "plugins/engine-fisco/amop/declared.h"
#include "plugins/engine-fisco/ledger.h"
#include "plugins/engine-fisco/result.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

/* Names that FISCO's SDKs use among themselves begin so. */
#define RESERVED "#!$"

/* ---- names ------------------------------------------------------------- */

static int32_t
check_name(bsn_slice name, bsn_err *err)
{
	const bsn_slice reserved = bsn_slice_str(RESERVED);

	if (name.len == 0 || name.len > BSN_MESSAGE_TOPIC_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"the topic has %" G_GUINT64_FORMAT
				" bytes: give it 1 to %u",
				name.len, BSN_MESSAGE_TOPIC_MAX);
	if (name.len >= reserved.len &&
	    memcmp(name.data, reserved.data, reserved.len) == 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a topic's name does not begin with " RESERVED);
	if (memchr(name.data, 0, name.len) != NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the topic's name has a zero byte");
	return BSN_OK;
}

char *
topics_name(bsn_slice name, gboolean is_private, int32_t *status, bsn_err *err)
{
	*status = check_name(name, err);
	if (*status != BSN_OK)
		return NULL;
	return g_strdup_printf("%s%.*s", is_private ? AMOP_PRIVATE : "",
			       (int)name.len, (const char *)name.data);
}

const char *
topics_shown(const char *topic, gboolean *is_private)
{
	*is_private = g_str_has_prefix(topic, AMOP_PRIVATE);
	return *is_private ? topic + strlen(AMOP_PRIVATE) : topic;
}

/* ---- rights ------------------------------------------------------------ */

static int32_t
find(const AmopHub *hub, const char *topic, const AmopPrivate **private,
     bsn_err *err)
{
	gboolean is_private;

	*private = amop_private_find(hub, topic);
	if (*private != NULL)
		return BSN_OK;
	return bsn_fail(err, BSN_NOT_FOUND,
			"nobody has declared the private topic %.100s",
			topics_shown(topic, &is_private));
}

int32_t
topics_judge(const AmopHub *hub, const char *topic, bsn_slice key,
	     bsn_slice other_key, bsn_err *err)
{
	const AmopPrivate *private;
	gboolean is_private;
	const char *shown = topics_shown(topic, &is_private);
	int32_t status;

	if (!is_private)
		return BSN_OK;
	status = find(hub, topic, &private, err);
	if (status != BSN_OK || amop_private_allows(private, key) ||
	    amop_private_allows(private, other_key))
		return status;
	return bsn_fail(err, BSN_DENIED,
			"your key is none of those that the owner of the "
			"private topic %.100s declared",
			shown);
}

/* ---- declaring --------------------------------------------------------- */

static int32_t
may_declare(const AmopHub *hub, const AmopPrivate *earlier,
	    const bsn_client *owner, bsn_err *err)
{
	g_autoptr(GPtrArray) all = amop_private_list(hub);

	if (owner->public_key.len == 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a private topic's owner has a certificate");
	if (earlier != NULL && !amop_private_owned(earlier, owner->public_key))
		return bsn_fail(err, BSN_CONFLICT,
				"the private topic is somebody else's");
	if (earlier == NULL && all->len >= AMOP_PRIVATES_MAX)
		return bsn_fail(err, BSN_BUSY,
				"there are %u private topics, as many as may "
				"be",
				all->len);
	return BSN_OK;
}

static int32_t
check_keys(const bsn_slice *keys, uint64_t n, bsn_err *err)
{
	if (n > AMOP_KEYS_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"a private topic has %u keys at most",
				AMOP_KEYS_MAX);
	for (uint64_t i = 0; i < n; i++)
		if (keys[i].len == 0 || keys[i].len > BSN_PUBLIC_KEY_MAX)
			return bsn_fail(err, BSN_BAD_REQUEST,
					"keys[%" G_GUINT64_FORMAT
					"] is no public key: one has 1 to %u "
					"bytes",
					i, (guint)BSN_PUBLIC_KEY_MAX);
	return BSN_OK;
}

int32_t
topics_declare(bsn_ledger *ledger, const bsn_client *owner, bsn_slice topic,
	       const bsn_slice *keys, uint64_t n, bsn_reply *reply,
	       bsn_err *err)
{
	AmopHub *hub = ledger->amop;
	int32_t status;
	g_autofree char *name = topics_name(topic, TRUE, &status, err);

	if (status == BSN_OK)
		status = check_keys(keys, n, err);
	if (status == BSN_OK)
		status = may_declare(hub, amop_private_find(hub, name), owner,
				     err);
	if (status == BSN_OK)
		status = declared_put(hub,
				      amop_private_new(name, owner->public_key,
						       keys, n),
				      err);
	if (status == BSN_OK)
		services.reply->value(reply, bsn_slice_str("null"));
	return status;
}

int32_t
topics_withdraw(bsn_ledger *ledger, const bsn_client *who, bsn_slice topic,
		bsn_reply *reply, bsn_err *err)
{
	const AmopPrivate *private;
	int32_t status;
	g_autofree char *name = topics_name(topic, TRUE, &status, err);

	if (status == BSN_OK)
		status = find(ledger->amop, name, &private, err);
	if (status == BSN_OK && who != NULL &&
	    !amop_private_owned(private, who->public_key))
		status = bsn_fail(err, BSN_DENIED,
				  "the private topic is somebody else's");
	if (status == BSN_OK)
		status = declared_delete(ledger->amop, name, err);
	if (status == BSN_OK)
		services.reply->value(reply, bsn_slice_str("null"));
	return status;
}

/* ---- list -------------------------------------------------------------- */

static json_t *
private_json(const AmopPrivate *private)
{
	json_t *object = json_object();
	json_t *keys = json_array();
	gboolean is_private;

	for (guint i = 0; i < private->keys->len; i++)
		json_array_append_new(
			keys, result_hex(bytes_slice(private->keys->pdata[i])));
	json_object_set_new(
		object, "topic",
		json_string(topics_shown(private->topic, &is_private)));
	json_object_set_new(object, "owner",
			    result_hex(bytes_slice(private->owner)));
	json_object_set_new(object, "keys", keys);
	return object;
}

int32_t
topics_list(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err)
{
	g_autoptr(GPtrArray) all = amop_private_list(ledger->amop);
	g_autoptr(json_t) list = json_array();
	g_autofree char *text = NULL;

	for (guint i = 0; i < all->len; i++)
		json_array_append_new(list, private_json(all->pdata[i]));
	text = json_text(list);
	services.reply->value(reply, bsn_slice_str(text));
	return BSN_OK;
}
