/* SPDX-License-Identifier: Apache-2.0
 *
 * What clients ask Deliver for, and whether they may have it.
 */
#include <string.h>

#include "plugins/engine-fabric/gateway/seek.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-seek.h"

#define STATUS(name) COMMON__STATUS__##name

/* A certificate's digest; of "" none. */
static bsn_slice
digest_of(const char *client)
{
	static guint8 digest[HASH_LEN];
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	gsize len = sizeof(digest);

	g_checksum_update(sum, (const guchar *)client, -1);
	g_checksum_get_digest(sum, digest, &len);
	return bsn_slice_of(digest, *client == '\0' ? 0 : len);
}

static Common__Status
open_seek(FabricOpen *open, const SeekWords *words, const char *client,
	  Seek *seek)
{
	g_autoptr(GByteArray) bytes = fabric_seek(open, words);
	bsn_err err = BSN_ERR_INIT;
	const Common__Status status =
		seek_open(&open->channel, "event/Block", digest_of(client),
			  buffer_slice(bytes), seek, &err);

	g_assert_true((status == STATUS(SUCCESS)) == (err.reason[0] == '\0'));
	return status;
}

static Common__Status
status_of(FabricOpen *open, const SeekWords *words, const char *client)
{
	g_auto(Seek) seek = { .creator = NULL };

	return open_seek(open, words, client, &seek);
}

static Common__Status
ready(FabricOpen *open, const Seek *seek, gboolean *is_ready)
{
	bsn_err err = BSN_ERR_INIT;

	return seek_ready(&open->channel, seek, is_ready, &err);
}

/* ---- where ---- */

static void
test_positions(void)
{
	static const struct {
		guint64 start, stop;
		guint64 first, last;
	} rows[] = {
		{ SEEK_OLDEST, SEEK_OLDEST, 0, 0 },
		{ SEEK_OLDEST, SEEK_NEWEST, 0, 2 },
		{ SEEK_NEWEST, SEEK_NEWEST, 2, 2 },
		{ SEEK_NEWEST, SEEK_OLDEST, 2, 2 },
		{ SEEK_NEXT_COMMIT, G_MAXINT64, 3, G_MAXINT64 },
		{ SEEK_NEXT_COMMIT, SEEK_OLDEST, 3, 3 },
		{ 1, 1, 1, 1 },
		{ 1, 7, 1, 7 },
		{ 3, 3, 3, 3 },
	};
	g_autoptr(FabricOpen) open = fabric_open_blocks(3);

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		const SeekWords words = { .start = rows[i].start,
					  .stop = rows[i].stop };
		g_auto(Seek) seek = { .creator = NULL };
		gboolean is_ready;

		g_assert_cmpint(open_seek(open, &words, "", &seek), ==,
				STATUS(SUCCESS));
		g_assert_cmpuint(seek.next, ==, rows[i].first);
		g_assert_cmpuint(seek.stop, ==, rows[i].last);
		g_assert_cmpint(ready(open, &seek, &is_ready), ==,
				STATUS(SUCCESS));
		g_assert_cmpint(is_ready, ==, rows[i].first < 3);
	}
}

static void
test_no_positions(void)
{
	static const struct {
		guint64 start, stop;
	} rows[] = {
		{ SEEK_NONE, 1 },  { 1, SEEK_NONE }, { 2, 1 },
		{ 1, SEEK_UNSET }, { 1, SEEK_NEXT_COMMIT },
	};
	g_autoptr(FabricOpen) open = fabric_open_blocks(3);

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		const SeekWords words = { .start = rows[i].start,
					  .stop = rows[i].stop };

		g_assert_cmpint(status_of(open, &words, ""), ==,
				STATUS(BAD_REQUEST));
	}
}

/* One that nobody would wait for, and one that a client does not. */
static void
test_not_there(void)
{
	g_autoptr(FabricOpen) open = fabric_open_blocks(2);
	const SeekWords beyond = { .start = 3, .stop = 9 };
	const SeekWords unset = { .start = SEEK_UNSET, .stop = 9 };
	const SeekWords now = { .start = 2, .stop = 9,
				.fail_if_not_ready = TRUE };
	const SeekWords old = { .start = 0, .stop = 1 };
	const SeekWords *const all[] = { &beyond, &unset, &now };
	gboolean is_ready;

	for (guint i = 0; i < G_N_ELEMENTS(all); i++) {
		g_auto(Seek) seek = { .creator = NULL };

		g_assert_cmpint(open_seek(open, all[i], "", &seek), ==,
				STATUS(SUCCESS));
		g_assert_cmpint(ready(open, &seek, &is_ready), ==,
				STATUS(NOT_FOUND));
	}
	fabric_first_block = 1;
	{
		g_auto(Seek) seek = { .creator = NULL };

		g_assert_cmpint(open_seek(open, &old, "", &seek), ==,
				STATUS(SUCCESS));
		g_assert_cmpint(ready(open, &seek, &is_ready), ==,
				STATUS(NOT_FOUND));
	}
}

static void
test_oldest_of_a_snapshot(void)
{
	g_autoptr(FabricOpen) open = fabric_open_blocks(3);
	const SeekWords words = { .start = SEEK_OLDEST, .stop = SEEK_NEWEST };
	g_auto(Seek) seek = { .creator = NULL };

	fabric_first_block = 2;
	g_assert_cmpint(open_seek(open, &words, "", &seek), ==,
			STATUS(SUCCESS));
	g_assert_cmpuint(seek.next, ==, 2);
}

/* ---- form ---- */

static void
test_form(void)
{
	g_autoptr(FabricOpen) open = fabric_open_blocks(1);
	const SeekWords good = { .stop = 1 };
	const SeekWords type = { .type = COMMON__HEADER_TYPE__CONFIG_UPDATE };
	const SeekWords channel = { .channel_id = "two" };
	g_auto(Seek) seek = { .creator = NULL };
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(status_of(open, &good, ""), ==, STATUS(SUCCESS));
	g_assert_cmpint(status_of(open, &type, ""), ==, STATUS(BAD_REQUEST));
	g_assert_cmpint(status_of(open, &channel, ""), ==, STATUS(NOT_FOUND));
	g_assert_cmpint(seek_open(&open->channel, "event/Block",
				  bsn_slice_str(""), bsn_slice_str("\x0a\x05x"),
				  &seek, &err),
			==, STATUS(BAD_REQUEST));
	g_assert_cmpint(seek_open(&open->channel, "event/Block",
				  bsn_slice_str(""), bsn_slice_str(""), &seek,
				  &err),
			==, STATUS(BAD_REQUEST));
	g_assert_cmpstr(err.reason, ==, "the envelope has no header");
}

static void
test_time(void)
{
	g_autoptr(FabricOpen) open = fabric_open_blocks(1);
	const SeekWords near_ends[] = { { .behind_s = 900 },
					{ .behind_s = -900 } };
	const SeekWords far[] = { { .behind_s = 901 },
				  { .behind_s = -901 },
				  { .behind_s = G_MAXINT64 / 2 },
				  { .behind_s = -(G_MAXINT64 / 2) },
				  { .no_time = TRUE } };

	for (guint i = 0; i < G_N_ELEMENTS(near_ends); i++)
		g_assert_cmpint(status_of(open, &near_ends[i], ""), ==,
				STATUS(SUCCESS));
	for (guint i = 0; i < G_N_ELEMENTS(far); i++)
		g_assert_cmpint(status_of(open, &far[i], ""), ==,
				STATUS(BAD_REQUEST));
}

static void
test_binding(void)
{
	g_autoptr(FabricOpen) open = fabric_open_blocks(1);
	const SeekWords unbound = { .stop = 0 };
	const SeekWords bound = { .tls = "a certificate" };

	g_assert_cmpint(status_of(open, &bound, "a certificate"), ==,
			STATUS(SUCCESS));
	g_assert_cmpint(status_of(open, &bound, "another"), ==,
			STATUS(BAD_REQUEST));
	g_assert_cmpint(status_of(open, &unbound, "a certificate"), ==,
			STATUS(BAD_REQUEST));
	g_assert_cmpint(status_of(open, &bound, ""), ==, STATUS(SUCCESS));
}

/* ---- who ---- */

static void
test_strangers(void)
{
	g_autoptr(FabricOpen) open = fabric_open_blocks(1);
	const SeekWords stranger = { .org = 2 };
	const SeekWords forged = { .signer = open->orgs->clients[1],
				   .creator = open->orgs->clients[0] };

	g_assert_cmpint(status_of(open, &stranger, ""), ==, STATUS(FORBIDDEN));
	g_assert_cmpint(status_of(open, &forged, ""), ==, STATUS(FORBIDDEN));
}

static void
test_acl(void)
{
	g_autoptr(FabricOpen) open = fabric_open_blocks(1);
	const SeekWords client = { .stop = G_MAXINT64 };
	const SeekWords admin = { .stop = G_MAXINT64,
				  .signer = open->orgs->admins[0] };
	bsn_err err = BSN_ERR_INIT;
	g_auto(Seek) seek = { .creator = NULL };
	g_auto(Seek) allowed = { .creator = NULL };

	g_assert_cmpint(open_seek(open, &client, "", &seek), ==,
			STATUS(SUCCESS));
	g_assert_cmpint(open_seek(open, &admin, "", &allowed), ==,
			STATUS(SUCCESS));
	fabric_open_only_admins(open, "event/Block");
	g_assert_cmpint(seek_check(&open->channel, &seek, &err), ==,
			STATUS(FORBIDDEN));
	g_assert_cmpint(seek_check(&open->channel, &allowed, &err), ==,
			STATUS(SUCCESS));
	g_assert_cmpint(status_of(open, &client, ""), ==, STATUS(FORBIDDEN));
}

static void
test_expiry(void)
{
	g_autoptr(FabricOpen) open = fabric_open_blocks(1);
	const Wanted soon = { .name = "soon",
			      .unit = "client",
			      .begin_s = FABRIC_CA_BEGIN_S,
			      .end_s = (gint64)(FAKE_START_MS / 1000) + 60 };
	g_autoptr(Issued) signer =
		fabric_issue(FALSE, open->orgs->roots[0], &soon);
	const SeekWords words = { .signer = signer, .stop = G_MAXINT64 };
	bsn_err err = BSN_ERR_INIT;
	g_auto(Seek) seek = { .creator = NULL };

	g_assert_cmpint(open_seek(open, &words, "", &seek), ==,
			STATUS(SUCCESS));
	g_assert_cmpint(seek_check(&open->channel, &seek, &err), ==,
			STATUS(SUCCESS));
	fake_host_advance(61000);
	g_assert_cmpint(seek_check(&open->channel, &seek, &err), ==,
			STATUS(FORBIDDEN));
	g_assert_cmpint(status_of(open, &words, ""), ==, STATUS(FORBIDDEN));
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fabric/seek/from-and-to-as-fabric-counts",
			test_positions);
	g_test_add_func("/fabric/seek/from-or-to-is-missing",
			test_no_positions);
	g_test_add_func("/fabric/seek/what-is-not-there-is-not-found",
			test_not_there);
	g_test_add_func("/fabric/seek/the-oldest-is-the-first-that-is-here",
			test_oldest_of_a_snapshot);
	g_test_add_func("/fabric/seek/other-messages-are-refused", test_form);
	g_test_add_func("/fabric/seek/time-is-within-fifteen-minutes",
			test_time);
	g_test_add_func("/fabric/seek/bound-to-the-tls-certificate",
			test_binding);
	g_test_add_func("/fabric/seek/strangers-and-forgers-are-forbidden",
			test_strangers);
	g_test_add_func("/fabric/seek/acls-hold-and-are-asked-again", test_acl);
	g_test_add_func("/fabric/seek/ends-with-the-certificate", test_expiry);
	return g_test_run();
}
