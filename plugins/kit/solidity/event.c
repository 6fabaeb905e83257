/* SPDX-License-Identifier: Apache-2.0
 *
 * An event's topics are its signature's digest (unless anonymous) and its
 * indexed parameters; the others are in its data ("Contract ABI Specification",
 * "Events").
 */
#include "plugins/kit/solidity/interface.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/solidity/decode.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"
#include "plugins/kit/reason.h"

/* LOG0 to LOG4 of the EVM. */
#define TOPICS_MAX 4u

static gboolean
matches(const AbiEvent *event, const bsn_slice *topics, guint64 n)
{
	if (event->anonymous)
		return event->n_indexed == n;
	return n == event->n_indexed + 1 &&
	       memcmp(topics[0].data, event->topic, ABI_TOPIC_LEN) == 0;
}

/* A named event before an anonymous one, of which only the number of topics
 * tells anything. */
static const AbiEvent *
find_event(const AbiInterface *interface, const bsn_slice *topics, guint64 n)
{
	const AbiEvent *found = NULL;

	for (guint i = 0; i < interface->events->len; i++) {
		const AbiEvent *event = interface->events->pdata[i];

		if (!matches(event, topics, n))
			continue;
		if (!event->anonymous)
			return event;
		if (found == NULL)
			found = event;
	}
	return found;
}

static json_t *
digest_only(bsn_slice topic)
{
	g_autofree char *hex = hex_encode(topic);

	return json_pack("{s:s}", "hash", hex);
}

/* The value of an indexed parameter; NULL with a reason. */
static json_t *
decode_topic(const AbiMember *member, bsn_slice topic, bsn_err *err)
{
	if (abi_type_is_word(member->type))
		return abi_decode_word(member->type, topic, err);
	return digest_only(topic);
}

static void
blame(const AbiMember *member, guint i, bsn_err *err)
{
	if (member->name[0] != '\0')
		reason_at(err, ".%s", member->name);
	else
		reason_at(err, "[%u]", i);
}

/* Puts topics and decoded data together in the order of the parameters. */
static json_t *
join(const AbiEvent *event, const bsn_slice *topics, const json_t *data,
     bsn_err *err)
{
	g_autoptr(json_t) payload = json_object();
	gsize next = 0;

	for (guint i = 0; i < event->inputs->n_members; i++) {
		const AbiMember *member = &event->inputs->members[i];
		json_t *value = member->indexed
					? decode_topic(member, *topics++, err)
					: json_incref(json_array_get(data,
								     next++));

		if (value == NULL) {
			blame(member, i, err);
			return NULL;
		}
		abi_name_value(payload, event->inputs, i, value);
	}
	return g_steal_pointer(&payload);
}

static gboolean
topics_are_words(const bsn_slice *topics, guint64 n)
{
	for (guint64 i = 0; i < n && i < TOPICS_MAX; i++)
		if (topics[i].len != ABI_TOPIC_LEN)
			return FALSE;
	return n <= TOPICS_MAX;
}

int32_t
abi_decode_event(const AbiInterface *interface, const bsn_slice *topics,
		 guint64 n, bsn_slice data, const AbiEvent **event,
		 json_t **payload, bsn_err *err)
{
	g_autoptr(json_t) plain = NULL;

	*payload = NULL;
	if (!topics_are_words(topics, n))
		return bsn_fail(err, BSN_E_INVALID,
				"an event has up to 4 topics of 32 bytes");
	*event = find_event(interface, topics, n);
	if (*event == NULL)
		return bsn_fail(err, BSN_NOT_FOUND,
				"no event of the interface has these topics");
	if (!(*event)->anonymous)
		topics++; /* the signature's digest */
	plain = abi_decode((*event)->data, data, err);
	if (plain != NULL)
		*payload = join(*event, topics, plain, err);
	if (*payload != NULL)
		return BSN_OK;
	reason_at(err, "event %s", (*event)->name);
	return BSN_BAD_REQUEST;
}
