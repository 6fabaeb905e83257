/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/member.h"

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/suite.h"
#include "plugins/kit/sink.h"

const bsn_member *
members_at(const bsn_member *members, guint64 index)
{
	return (const bsn_member *)(const void *)((const char *)members +
						  index * members[0].size);
}

void
members_put(const bsn_member *members, guint64 n, GByteArray *out)
{
	g_autoptr(GByteArray) items = g_byte_array_new();
	RlpItem list;

	for (guint64 i = 0; i < n; i++) {
		const bsn_member *member = members_at(members, i);
		const RlpItem fields[] = {
			rlp_u64(member->role),
			rlp_bytes(member->public_key),
			rlp_bytes(member->name),
			rlp_bytes(member->address),
		};

		rlp_put_list(items, fields, G_N_ELEMENTS(fields));
	}
	list = rlp_raw(buffer_slice(items));
	rlp_put_list(out, &list, 1);
}

static bsn_member
read_one(RlpReader *reader, const char *algorithm)
{
	bsn_member member = { .size = sizeof(member), .algorithm = algorithm };

	rlp_enter(reader, "member");
	member.role = (guint32)rlp_read_u64(reader, "role");
	member.public_key = rlp_read_bytes(reader, "public key",
					   PUBLIC_KEY_LEN, PUBLIC_KEY_LEN);
	member.name = rlp_read_bytes(reader, "name", 0, MEMBER_TEXT_MAX);
	member.address = rlp_read_bytes(reader, "address", 0, MEMBER_TEXT_MAX);
	rlp_leave(reader);
	return member;
}

GArray *
members_read(RlpReader *reader, const char *algorithm)
{
	GArray *members = g_array_new(FALSE, TRUE, sizeof(bsn_member));

	rlp_enter(reader, "members");
	while (rlp_more(reader) && members->len < MEMBERS_MAX) {
		bsn_member member = read_one(reader, algorithm);

		g_array_append_val(members, member);
	}
	rlp_leave(reader);
	return members;
}

guint
members_sealers(const bsn_member *members, guint64 n)
{
	guint sealers = 0;

	for (guint64 i = 0; i < n; i++)
		sealers += members_at(members, i)->role == BSN_ROLE_CONSENSUS;
	return sealers;
}

/* ---- lists -------------------------------------------------------------- */

int32_t
member_list_read(bsn_slice bytes, const char *algorithm, MemberList *list)
{
	RlpReader reader;

	list->bytes = g_bytes_new(bytes.data, bytes.len);
	reader = rlp_reader(bytes_slice(list->bytes));
	list->members = members_read(&reader, algorithm);
	return rlp_finish(&reader, NULL) == BSN_OK ? BSN_OK : BSN_E_CORRUPT;
}

void
member_list_clear(MemberList *list)
{
	g_clear_pointer(&list->members, g_array_unref);
	g_clear_pointer(&list->bytes, g_bytes_unref);
}

const bsn_member *
member_list_at(const MemberList *list, guint index)
{
	return &g_array_index(list->members, bsn_member, index);
}

guint
member_list_find(const MemberList *list, bsn_slice public_key)
{
	guint i = 0;

	while (i < list->members->len &&
	       !bsn_slice_equal(member_list_at(list, i)->public_key,
				public_key))
		i++;
	return i;
}

guint
member_list_sealers(const MemberList *list)
{
	return members_sealers((const bsn_member *)(void *)list->members->data,
			       list->members->len);
}
