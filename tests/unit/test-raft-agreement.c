/* SPDX-License-Identifier: Apache-2.0
 *
 * consensus-raft between an engine and the fake host.
 */
#include "tests/unit/raft-engine.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/consensus-raft/agreement.h"
#include "plugins/consensus-raft/certificate.h"
#include "plugins/consensus-raft/services.h"
#include "tests/unit/fake-host.h"

#define ELECTED 3000u

static void
start(guint n)
{
	fleet_start(n, "{\"keep_entries\": 16}");
	fleet_advance(ELECTED);
	g_assert_cmpint(fleet_leader(), >=, 0);
}

static guint
other(guint i)
{
	return i == 0 ? 1 : 0;
}

static json_int_t
number_of(guint i, const char *name)
{
	json_t *status = fleet_status(i);
	json_int_t number = json_integer_value(json_object_get(status, name));

	json_decref(status);
	return number;
}

/* ---- blocks -------------------------------------------------------------- */

static void
test_blocks_are_agreed_on(void)
{
	start(3);
	for (guint i = 0; i < 5; i++) {
		fleet_submit(3);
		fleet_advance(50);
	}
	g_assert_true(fleet_agrees(15));
	for (guint i = 0; i < 3; i++)
		g_assert_cmpuint(fleet_verified(i), ==, fleet_height(i));
	fleet_stop();
}

static void
test_one_is_enough(void)
{
	fleet_start(1, "");
	fleet_submit(1);
	fleet_advance(50);
	g_assert_true(fleet_agrees(1));
	fleet_crash(0);
	g_assert_cmpint(fleet_open(0, NULL), ==, BSN_OK);
	fleet_submit(1);
	fleet_advance(50);
	g_assert_true(fleet_agrees(2));
	fleet_stop();
}

static void
test_leader_crashes(void)
{
	guint old;

	start(3);
	old = (guint)fleet_leader();
	fleet_submit(2);
	fleet_advance(50);
	fleet_crash(old);
	fleet_submit(2);
	fleet_advance(ELECTED);
	g_assert_cmpint(fleet_leader(), !=, (gint)old);
	g_assert_true(fleet_agrees(4));
	g_assert_cmpint(fleet_open(old, NULL), ==, BSN_OK);
	fleet_advance(ELECTED);
	g_assert_true(fleet_agrees(4));
	fleet_stop();
}

/* Nothing is acknowledged before it is on disk, so nothing that was is lost
 * when all crash at once. */
static void
test_all_crash(void)
{
	start(3);
	for (guint round = 1; round <= 5; round++) {
		guint64 least;

		fleet_submit(1);
		for (guint i = 0; i < 3; i++)
			fake_chain_set_automatic(fleet_chain(i), i == 0);
		fleet_advance(20);
		fleet_submit(1);
		fleet_advance(20);
		least = fleet_txs(0);
		for (guint i = 0; i < 3; i++)
			fleet_crash(i);
		for (guint i = 0; i < 3; i++) {
			fake_chain_set_automatic(fleet_chain(i), TRUE);
			g_assert_cmpint(fleet_open(i, NULL), ==, BSN_OK);
		}
		fleet_advance(ELECTED);
		g_assert_true(fleet_agrees(2 * round));
		g_assert_cmpuint(fleet_txs(0), >=, least);
	}
	fleet_stop();
}

static void
test_full_store(void)
{
	guint leader, full, third;
	guint64 height;

	start(3);
	leader = (guint)fleet_leader();
	full = other(leader);
	third = 3 - leader - full;
	fake_chain_set_writable(fleet_chain(full), BSN_FULL);
	fleet_link(third, FALSE);
	height = fleet_height(leader);
	fleet_submit(1);
	fleet_advance(500);
	g_assert_cmpuint(fleet_height(leader), ==, height);
	fake_chain_set_writable(fleet_chain(full), BSN_OK);
	fleet_advance(500);
	g_assert_cmpuint(fleet_height(leader), ==, height + 1);
	fleet_link(third, TRUE);
	fleet_advance(2 * ELECTED);
	g_assert_true(fleet_agrees(1));
	fleet_stop();
}

static void
test_far_behind(void)
{
	guint away;

	start(3);
	away = other((guint)fleet_leader());
	fleet_crash(away);
	for (guint i = 0; i < 60; i++) {
		fleet_submit(1);
		fleet_advance(20);
	}
	g_assert_cmpint(fleet_open(away, NULL), ==, BSN_OK);
	fleet_advance(2 * ELECTED);
	g_assert_true(fleet_agrees(60));
	g_assert_cmpuint(fleet_fetched(away), >, 30);
	fleet_submit(1);
	fleet_advance(100);
	g_assert_true(fleet_agrees(61));
	g_assert_cmpint(number_of(away, "log_first"), >, 1);
	fleet_stop();
}

static void
test_members_change(void)
{
	start(3);
	g_assert_cmpint(fleet_open(3, NULL), ==, BSN_OK);
	fleet_submit_members(15);
	fleet_advance(ELECTED);
	g_assert_true(fleet_agrees(1));
	for (guint i = 0; i < 3; i++) {
		fleet_submit_members(15u & ~(2u << i) & ~(1u << i));
		fleet_advance(2 * ELECTED);
		fleet_submit_members(15u & ~(1u << i));
		fleet_advance(2 * ELECTED);
	}
	g_assert_cmpuint(fleet_txs(3), ==, 7);
	g_assert_cmpint(fleet_leader(), >=, 0);
	fleet_stop();
}

/* One that synced blocks before it joined does not take the members of today
 * for those who vote: it waits to be told. */
static void
test_newcomer_with_blocks(void)
{
	json_t *status;

	start(3);
	fleet_submit(1);
	fleet_advance(100);
	fleet_copy_blocks(3, 0);
	g_assert_cmpint(fleet_open(3, NULL), ==, BSN_OK);
	fleet_advance(2 * ELECTED);
	status = fleet_status(3);
	g_assert_cmpuint(json_array_size(json_object_get(status, "voters")), ==,
			 0);
	g_assert_cmpint(number_of(3, "term"), ==, 0);
	json_decref(status);
	fleet_submit_members(15);
	fleet_advance(ELECTED);
	g_assert_true(fleet_agrees(2));
	status = fleet_status(3);
	g_assert_cmpuint(json_array_size(json_object_get(status, "voters")), ==,
			 4);
	json_decref(status);
	fleet_stop();
}

static void
test_refused_decision_stops_one_node(void)
{
	guint leader;
	json_t *status;

	start(3);
	leader = (guint)fleet_leader();
	fleet_set_decision(leader, BSN_E_IO);
	fleet_submit(1);
	fleet_advance(2 * ELECTED);
	status = fleet_status(leader);
	g_assert_true(json_is_true(json_object_get(status, "stopped")));
	json_decref(status);
	g_assert_cmpint(fleet_leader(), !=, (gint)leader);
	g_assert_cmpuint(fleet_txs(other(leader)), ==, 1);
	fleet_submit(1);
	fleet_advance(100);
	g_assert_cmpuint(fleet_txs(other(leader)), ==, 2);
	g_assert_cmpuint(fleet_txs(leader), ==, 0);
	fleet_stop();
}

/* ---- cost ---------------------------------------------------------------- */

static void
test_idle_chain_costs_nothing(void)
{
	guint64 before;

	start(3);
	fleet_submit(1);
	fleet_advance(2 * ELECTED);
	before = fleet_messages();
	for (guint i = 0; i < 3; i++)
		g_assert_cmpuint(fake_chain_timers(fleet_chain(i)), ==, 0);
	fleet_advance(10 * ELECTED);
	g_assert_cmpuint(fleet_messages(), ==, before);
	fleet_submit(1);
	fleet_advance(100);
	g_assert_true(fleet_agrees(2));
	fleet_stop();
}

/* A planned restart: the others do not wait for an election timeout. */
static void
test_leader_closes(void)
{
	guint leader;

	start(3);
	fleet_submit(1);
	fleet_advance(2 * ELECTED);
	leader = (guint)fleet_leader();
	fleet_close(leader);
	fleet_advance(200);
	g_assert_cmpint(fleet_leader(), >=, 0);
	fleet_submit(1);
	fleet_advance(100);
	g_assert_true(fleet_agrees(2));
	g_assert_cmpint(fleet_open(leader, NULL), ==, BSN_OK);
	fleet_advance(ELECTED);
	g_assert_true(fleet_agrees(2));
	fleet_stop();
}

/* ---- bad input ----------------------------------------------------------- */

static void
test_bad_messages_are_counted(void)
{
	guint8 bytes[64];

	start(3);
	for (guint i = 0; i < 200; i++) {
		for (guint k = 0; k < sizeof(bytes); k++)
			bytes[k] = (guint8)g_random_int();
		bytes[0] = BSN_CONSENSUS_BYTE;
		fleet_message(0, 1, bytes, i % sizeof(bytes));
	}
	g_assert_cmpint(number_of(0, "rejected_messages"), ==, 200);
	g_assert_cmpuint(fake_host_log()->len, ==, 1);
	fleet_submit(1);
	fleet_advance(100);
	g_assert_true(fleet_agrees(1));
	fleet_stop();
}

static void
assert_does_not_open(guint i, int32_t status, const char *reason)
{
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(fleet_open(i, &err), ==, status);
	if (strstr(err.reason, reason) == NULL)
		g_error("\"%s\" is not in: %s", reason, err.reason);
}

static void
test_damaged_store(void)
{
	static const guint8 hard[] = { 0xff, 'h' };
	static const guint8 entry[] = { 0xff, 'l', 0, 0, 0, 0, 0, 0, 0, 2 };
	g_autoptr(GBytes) good = NULL;
	guint8 version[10] = { 9 };

	start(3);
	fleet_submit(1);
	fleet_advance(100);
	fleet_close(0);
	good = fake_chain_get(fleet_chain(0),
			      bsn_slice_of(entry, sizeof(entry)));
	fake_chain_delete(fleet_chain(0), bsn_slice_of(entry, sizeof(entry)));
	fake_chain_put(fleet_chain(0), bsn_slice_of(entry, sizeof(entry)),
		       bsn_slice_str("nonsense"));
	assert_does_not_open(0, BSN_E_CORRUPT, "an entry of the log");
	fake_chain_put(fleet_chain(0), bsn_slice_of(entry, sizeof(entry)),
		       bsn_slice_of(g_bytes_get_data(good, NULL),
				    g_bytes_get_size(good)));
	fake_chain_put(fleet_chain(0), bsn_slice_of(hard, sizeof(hard)),
		       bsn_slice_of(version, sizeof(version)));
	assert_does_not_open(0, BSN_E_VERSION, "does not understand");
	fake_chain_delete(fleet_chain(0), bsn_slice_of(hard, sizeof(hard)));
	assert_does_not_open(0, BSN_E_CORRUPT, "a later term");
	fleet_stop();
}

static void
test_lost_blocks_are_noticed(void)
{
	guint8 key[] = { 'b', 0, 0, 0, 0, 0, 0, 0, 1 };

	start(3);
	for (guint i = 0; i < 60; i++) {
		fleet_submit(1);
		fleet_advance(20);
	}
	fleet_close(0);
	fake_chain_delete(fleet_chain(0), bsn_slice_of(key, sizeof(key)));
	assert_does_not_open(0, BSN_E_CORRUPT, "the engine has height 0");
	fleet_stop();
}

/* ---- certificates -------------------------------------------------------- */

static int32_t
verify(guint64 height, const bsn_id *digest, bsn_slice certificate)
{
	guint n;
	const bsn_member *members = fleet_members(&n);

	return raft_consensus.verify(members, n, height, bsn_id_slice(digest),
				     certificate, NULL);
}

static void
test_certificates(void)
{
	guint8 bytes[RAFT_CERTIFICATE_MAX];
	bsn_slice certificate;
	bsn_id digest, wrong;

	start(3);
	fleet_submit(1);
	fleet_advance(100);
	certificate = fleet_certificate(0, 1, &digest);
	g_assert_cmpint(verify(1, &digest, certificate), ==, BSN_OK);
	g_assert_cmpint(verify(2, &digest, certificate), ==, BSN_BAD_SIGNATURE);
	wrong = digest;
	wrong.bytes[0] ^= 1;
	g_assert_cmpint(verify(1, &wrong, certificate), ==, BSN_BAD_SIGNATURE);
	for (guint64 len = 0; len < certificate.len; len++)
		g_assert_cmpint(
			verify(1, &digest, bsn_slice_of(certificate.data, len)),
			==, BSN_BAD_SIGNATURE);
	for (guint64 i = 0; i < certificate.len; i++) {
		memcpy(bytes, certificate.data, certificate.len);
		bytes[i] ^= 0x55;
		g_assert_cmpint(verify(1, &digest,
				       bsn_slice_of(bytes, certificate.len)),
				==, BSN_BAD_SIGNATURE);
	}
	fleet_stop();
}

/* The signature of one that is no consensus member proves nothing. */
static void
test_stranger_proves_nothing(void)
{
	guint n;
	bsn_member members[FLEET_MAX];
	bsn_slice certificate;
	bsn_id digest;

	start(3);
	fleet_submit(1);
	fleet_advance(100);
	certificate = fleet_certificate(0, 1, &digest);
	memcpy(members, fleet_members(&n), sizeof(members));
	for (guint i = 0; i < n; i++)
		if (fleet_leader() == (gint)i)
			members[i].role = BSN_ROLE_OBSERVER;
	g_assert_cmpint(raft_consensus.verify(members, n, 1,
					      bsn_id_slice(&digest),
					      certificate, NULL),
			==, BSN_BAD_SIGNATURE);
	fleet_stop();
}

/* ---- config -------------------------------------------------------------- */

static void
assert_config(const char *config, guint64 members, int32_t want,
	      const char *reason)
{
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(raft_consensus.check_config(bsn_slice_str(config),
						    members, &err),
			==, want);
	if (want != BSN_OK && strstr(err.reason, reason) == NULL)
		g_error("\"%s\" is not in: %s", reason, err.reason);
}

static void
test_config(void)
{
	assert_config("", 3, BSN_OK, "");
	assert_config("{\"election_timeout_ms\": 500, \"pipeline\": 1, "
		      "\"keep_entries\": 100}",
		      64, BSN_OK, "");
	assert_config("", 0, BSN_BAD_REQUEST, "1 to 64 consensus members");
	assert_config("", 65, BSN_BAD_REQUEST, "make the others observers");
	assert_config("{\"election_timeout_ms\": 5}", 3, BSN_BAD_REQUEST,
		      "election_timeout_ms");
	assert_config("{\"pipeline\": 9}", 3, BSN_BAD_REQUEST, "pipeline");
	assert_config("{\"keep_entries\": 1}", 3, BSN_BAD_REQUEST,
		      "keep_entries");
	assert_config("{\"heartbeat\": 1}", 3, BSN_BAD_REQUEST, "heartbeat");
	assert_config("[]", 3, BSN_BAD_REQUEST, "object");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define T(path, test) g_test_add_func("/raft/agreement/" path, test)
	T("blocks-are-agreed-on", test_blocks_are_agreed_on);
	T("one-node-is-enough", test_one_is_enough);
	T("leader-crashes", test_leader_crashes);
	T("all-crash-at-once", test_all_crash);
	T("full-store-acknowledges-nothing", test_full_store);
	T("far-behind-fetches-blocks", test_far_behind);
	T("members-change", test_members_change);
	T("newcomer-with-blocks-waits-to-be-told", test_newcomer_with_blocks);
	T("refused-decision-stops-one-node",
	  test_refused_decision_stops_one_node);
	T("idle-chain-costs-nothing", test_idle_chain_costs_nothing);
	T("leader-that-closes-hands-over", test_leader_closes);
	T("bad-messages-are-counted", test_bad_messages_are_counted);
	T("damaged-store-is-refused", test_damaged_store);
	T("lost-blocks-are-noticed", test_lost_blocks_are_noticed);
	T("certificates-name-the-block", test_certificates);
	T("stranger-proves-nothing", test_stranger_proves_nothing);
	T("config-says-what-is-wrong", test_config);
	return g_test_run();
}
