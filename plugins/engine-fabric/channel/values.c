/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/channel/values.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "orderer/configuration.pb-c.h"
#include "plugins/engine-fabric/block.h"
#include "plugins/engine-fabric/channel/founding.h"
#include "plugins/engine-fabric/channel/group.h"
#include "plugins/kit/reason.h"

#define DURATION_MS_MAX (G_GUINT64_CONSTANT(24) * 3600 * 1000)
#define NS_PER_MS G_GUINT64_CONSTANT(1000000)

void *
values_read(Arena *arena, const Common__ConfigGroup *group, const char *key,
	    const ProtobufCMessageDescriptor *type, int32_t *status,
	    bsn_err *err)
{
	const Common__ConfigValue *value = group_value(group, key);
	void *message;

	*status = BSN_OK;
	if (value == NULL)
		return NULL;
	message = message_unpack(arena, type, message_slice(value->value),
				 status, err);
	reason_at(message == NULL ? err : NULL, "/%s", key);
	return message;
}

/* The same for one that must be there. */
static void *
require(Arena *arena, const Common__ConfigGroup *group, const char *key,
	const ProtobufCMessageDescriptor *type, int32_t *status, bsn_err *err)
{
	void *message = values_read(arena, group, key, type, status, err);

	if (message == NULL && *status == BSN_OK)
		*status = bsn_fail(err, BSN_BAD_REQUEST, "/%s: it is missing",
				   key);
	return message;
}

/* ---- durations ---- */

static gboolean
read_unit(const char **at, guint64 *ns)
{
	/* "ms" before "m". */
	static const struct {
		const char *name;
		guint64 ns;
	} units[] = {
		{ "ns", 1 },
		{ "us", 1000 },
		{ "ms", NS_PER_MS },
		{ "s", 1000 * NS_PER_MS },
		{ "m", 60 * 1000 * NS_PER_MS },
		{ "h", 3600 * 1000 * NS_PER_MS },
	};

	for (guint i = 0; i < G_N_ELEMENTS(units); i++)
		if (g_str_has_prefix(*at, units[i].name)) {
			*at += strlen(units[i].name);
			*ns = units[i].ns;
			return TRUE;
		}
	return FALSE;
}

/* Digits, up to what a day has of nanoseconds. */
static gboolean
read_digits(const char **at, guint64 *number)
{
	const char *start = *at;

	*number = 0;
	for (; g_ascii_isdigit(**at); (*at)++) {
		if (*number > DURATION_MS_MAX * NS_PER_MS)
			return FALSE;
		*number = *number * 10 + (guint64)(**at - '0');
	}
	return *at > start;
}

gboolean
values_duration(const char *text, guint64 *ms)
{
	guint64 ns = 0;

	while (*text != '\0') {
		guint64 whole;
		guint64 unit;

		if (!read_digits(&text, &whole) || !read_unit(&text, &unit) ||
		    whole > DURATION_MS_MAX * NS_PER_MS / unit)
			return FALSE;
		ns += whole * unit;
		if (ns > DURATION_MS_MAX * NS_PER_MS)
			return FALSE;
	}
	*ms = ns / NS_PER_MS;
	return *ms > 0;
}

/* ---- ordering ---- */

static int32_t
read_batch(Arena *arena, const Common__ConfigGroup *group,
	   ChannelConfig *config, bsn_err *err)
{
	int32_t status = BSN_OK;
	const Orderer__BatchTimeout *timeout;
	const Orderer__BatchSize *size =
		require(arena, group, "BatchSize",
			&orderer__batch_size__descriptor, &status, err);

	if (size == NULL)
		return status;
	if (size->max_message_count == 0 ||
	    size->max_message_count > BLOCK_TXS_MAX ||
	    size->preferred_max_bytes == 0 ||
	    size->preferred_max_bytes > size->absolute_max_bytes ||
	    size->absolute_max_bytes > FOUNDING_BLOCK_BYTES_MAX)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"/BatchSize: each must be above 0, "
				"max_message_count at most %u, "
				"preferred_max_bytes at most "
				"absolute_max_bytes and that at most %u",
				BLOCK_TXS_MAX, FOUNDING_BLOCK_BYTES_MAX);
	config->max_message_count = size->max_message_count;
	config->absolute_max_bytes = size->absolute_max_bytes;
	config->preferred_max_bytes = size->preferred_max_bytes;
	timeout = require(arena, group, "BatchTimeout",
			  &orderer__batch_timeout__descriptor, &status, err);
	if (timeout == NULL)
		return status;
	if (!values_duration(timeout->timeout, &config->batch_timeout_ms))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"/BatchTimeout: it is a duration of 1 ms to a "
				"day, such as \"2s\" or \"250ms\"");
	return BSN_OK;
}

int32_t
values_read_orderer(Arena *arena, const Common__ConfigGroup *group,
		    ChannelConfig *config, bsn_err *err)
{
	int32_t status = BSN_OK;
	const Orderer__ConsensusType *type =
		require(arena, group, "ConsensusType",
			&orderer__consensus_type__descriptor, &status, err);

	if (type == NULL)
		return status;
	if (type->type[0] == '\0' ||
	    strlen(type->type) > CHANNEL_ORDERER_TYPE_MAX)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"/ConsensusType: its type has 1 to %u bytes",
				CHANNEL_ORDERER_TYPE_MAX);
	config->orderer_type = g_strdup(type->type);
	config->orderer_metadata =
		g_bytes_new(type->metadata.data, type->metadata.len);
	return read_batch(arena, group, config, err);
}
