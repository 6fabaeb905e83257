/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/query/events/filter.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "pb/event.pb-c.h"
#include "plugins/kit/codec/message.h"

/* ---- reading ---- */

static const Pb__BlockFilter *
open_request(Arena *arena, bsn_slice request, int32_t *status, bsn_err *err)
{
	const Pb__SubscribeRequest *outer =
		message_unpack(arena, &pb__subscribe_request__descriptor,
			       request, status, err);
	const Pb__BlockFilter *inner;

	if (outer == NULL)
		return NULL;
	if (outer->type != PB__SUBSCRIBE_TYPE__BLOCK) {
		*status = bsn_fail(err, BSN_BAD_REQUEST,
				   "there is no type of subscription but "
				   "BLOCK");
		return NULL;
	}
	inner = message_unpack(arena, &pb__block_filter__descriptor,
			       message_slice(outer->filter), status, err);
	if (inner != NULL && *inner->bcname == '\0') {
		*status = bsn_fail(err, BSN_BAD_REQUEST,
				   "the filter names no chain in bcname");
		return NULL;
	}
	return inner;
}

int32_t
filter_chain(bsn_slice request, char **chain, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	int32_t status = BSN_OK;
	const Pb__BlockFilter *filter =
		open_request(&arena, request, &status, err);

	*chain = filter != NULL ? g_strdup(filter->bcname) : NULL;
	return status;
}

static int32_t
read_height(const char *field, const char *text, guint64 missing,
	    guint64 *height, bsn_err *err)
{
	*height = missing;
	if (*text == '\0' ||
	    g_ascii_string_to_unsigned(text, 10, 0, G_MAXINT64, height, NULL))
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST, "range.%s is no block's number",
			field);
}

static int32_t
read_range(const Pb__BlockRange *range, BlockFilter *filter, bsn_err *err)
{
	int32_t status;

	filter->from_latest = range == NULL || *range->start == '\0';
	filter->end = G_MAXUINT64;
	if (range == NULL)
		return BSN_OK;
	status = read_height("start", range->start, 0, &filter->start, err);
	return status == BSN_OK ? read_height("end", range->end, G_MAXUINT64,
					      &filter->end, err)
				: status;
}

int32_t
filter_read(bsn_slice request, BlockFilter *filter, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	int32_t status = BSN_OK;
	const Pb__BlockFilter *msg =
		open_request(&arena, request, &status, err);

	*filter = (BlockFilter){ 0 };
	if (msg == NULL)
		return status;
	const struct {
		const char *field, *text;
		Pattern **pattern;
	} patterns[] = {
		{ "contract", msg->contract, &filter->contract },
		{ "event_name", msg->event_name, &filter->event_name },
		{ "initiator", msg->initiator, &filter->initiator },
		{ "auth_require", msg->auth_require, &filter->auth_require },
		{ "from_addr", msg->from_addr, &filter->from_addr },
		{ "to_addr", msg->to_addr, &filter->to_addr },
	};

	filter->bcname = g_strdup(msg->bcname);
	filter->exclude_tx = msg->exclude_tx != 0;
	filter->exclude_tx_event = msg->exclude_tx_event != 0;
	status = read_range(msg->range, filter, err);
	for (guint i = 0; i < G_N_ELEMENTS(patterns) && status == BSN_OK; i++)
		status = pattern_new(patterns[i].field, patterns[i].text,
				     patterns[i].pattern, err);
	return status;
}

void
filter_clear(BlockFilter *filter)
{
	g_clear_pointer(&filter->bcname, g_free);
	g_clear_pointer(&filter->contract, pattern_free);
	g_clear_pointer(&filter->event_name, pattern_free);
	g_clear_pointer(&filter->initiator, pattern_free);
	g_clear_pointer(&filter->auth_require, pattern_free);
	g_clear_pointer(&filter->from_addr, pattern_free);
	g_clear_pointer(&filter->to_addr, pattern_free);
}
