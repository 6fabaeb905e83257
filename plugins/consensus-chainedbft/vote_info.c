/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-chainedbft/vote_info.h"

#include <bsn/helpers/bytes.h>

/* No signature of anything else begins so. */
#define DOMAIN_TAG "bsn.consensus-chainedbft/1"
#define TEXT_VOTE 1u
#define TEXT_TIMEOUT 2u
#define MSG_VERSION 1u

void
vote_info_put_msg(const VoteInfo *info, GByteArray *out)
{
	wire_put(out, MSG_VERSION, 1);
	wire_put(out, info->protocol, 1);
	wire_put_id(out, &info->chain_id);
	wire_put_id(out, &info->epoch);
	wire_put(out, info->height, 8);
	wire_put_id(out, &info->parent);
	wire_put(out, info->parent_round, 8);
	wire_put_id(out, &info->final);
	wire_put(out, info->final_height, 8);
}

gboolean
vote_info_read_msg(bsn_slice bytes, VoteInfo *info)
{
	Wire reader = wire_of(bytes);

	if (wire_u8(&reader) != MSG_VERSION)
		return FALSE;
	info->protocol = wire_u8(&reader);
	info->chain_id = wire_id(&reader, 1);
	info->epoch = wire_id(&reader, 1);
	info->height = wire_u64(&reader);
	info->parent = wire_id(&reader, 1);
	info->parent_round = wire_u64(&reader);
	info->final = wire_id(&reader, 0);
	info->final_height = wire_u64(&reader);
	return wire_end(&reader) &&
	       (info->final.len > 0 || info->final_height == 0) &&
	       info->final_height <= info->height;
}

static void
put_domain(GByteArray *out, guint8 kind)
{
	g_byte_array_append(out, (const guint8 *)DOMAIN_TAG,
			    sizeof(DOMAIN_TAG));
	wire_put(out, kind, 1);
}

void
vote_info_put_text(const VoteInfo *info, GByteArray *out)
{
	put_domain(out, TEXT_VOTE);
	wire_put_id(out, &info->id);
	wire_put(out, info->round, 8);
	vote_info_put_msg(info, out);
}

void
timeout_info_put_text(const TimeoutInfo *info, GByteArray *out)
{
	put_domain(out, TEXT_TIMEOUT);
	wire_put(out, info->protocol, 1);
	wire_put_id(out, &info->chain_id);
	wire_put_id(out, &info->epoch);
	wire_put(out, info->round, 8);
	wire_put(out, info->high_round, 8);
}
