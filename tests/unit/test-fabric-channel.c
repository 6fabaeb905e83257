/* SPDX-License-Identifier: Apache-2.0
 *
 * A channel's config: founded and read.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "orderer/configuration.pb-c.h"
#include "plugins/engine-fabric/block.h"
#include "plugins/engine-fabric/channel/group.h"
#include "plugins/engine-fabric/channel/values.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/fabric-channel.h"
#include "tests/unit/fake-host.h"

/* ---- founding and reading ---- */

static void
test_founding(gconstpointer data)
{
	g_autoptr(FabricOrgs) orgs = fabric_orgs_new(GPOINTER_TO_INT(data));
	g_autoptr(json_t) founding = fabric_founding(orgs, 2);
	g_autoptr(GByteArray) bytes = fabric_config_bytes(orgs, founding);
	g_autoptr(GByteArray) again = fabric_config_bytes(orgs, founding);
	g_autoptr(ChannelConfig) config =
		fabric_config_read(buffer_slice(bytes));
	const ChannelOrganisation *org2;
	const ChannelAnchor *anchor;

	assert_bytes(again->data, again->len, bytes->data, bytes->len);
	g_assert_cmpint(config->suite.sm, ==, orgs->suite.sm);
	g_assert_cmpuint(config->sequence, ==, 0);
	g_assert_cmpstr(config->orderer_type, ==, "raft");
	g_assert_cmpuint(config->max_message_count, ==, 500);
	g_assert_cmpuint(config->absolute_max_bytes, ==, 10u << 20);
	g_assert_cmpuint(config->preferred_max_bytes, ==, 2u << 20);
	g_assert_cmpuint(config->batch_timeout_ms, ==, 2000);
	g_assert_cmpuint(config->organisations->len, ==, 2);
	org2 = channel_config_organisation(config, "Org2MSP");
	g_assert_true(org2->in_application && org2->in_orderer);
	g_assert_null(channel_config_organisation(config, "Org3MSP"));
	g_assert_cmpuint(config->anchors->len, ==, 2);
	anchor = config->anchors->pdata[1];
	g_assert_true(anchor->organisation == org2);
	g_assert_cmpstr(anchor->host, ==, "peer.example.com");
	g_assert_cmpuint(anchor->port, ==, 7051);
}

static gboolean
holds(const ChannelConfig *config, const char *path, MspIdentity *a,
      MspIdentity *b)
{
	MspIdentity *signers[] = { a, b };
	const Policy *policy = policy_tree_find(config->policies, path);

	g_assert_nonnull(policy);
	return policy_holds(policy, signers, b != NULL ? 2 : 1);
}

static MspIdentity *
identity_of(ChannelConfig *config, guint org, const Issued *who)
{
	g_autoptr(GByteArray) bytes = fabric_serialize(fabric_org_id(org), who);
	MspIdentity *identity = NULL;

	g_assert_cmpint(msp_manager_identify(config->msps, buffer_slice(bytes),
					     &identity, NULL),
			==, BSN_OK);
	return identity;
}

static void
test_policies(void)
{
	g_autoptr(FabricOrgs) orgs = fabric_orgs_new(FALSE);
	g_autoptr(json_t) founding = fabric_founding(orgs, 2);
	g_autoptr(GByteArray) bytes = fabric_config_bytes(orgs, founding);
	g_autoptr(ChannelConfig) config =
		fabric_config_read(buffer_slice(bytes));
	g_autoptr(MspIdentity) admin_1 =
		identity_of(config, 0, orgs->admins[0]);
	g_autoptr(MspIdentity) admin_2 =
		identity_of(config, 1, orgs->admins[1]);
	g_autoptr(MspIdentity) peer_1 = identity_of(config, 0, orgs->peers[0]);
	g_autoptr(MspIdentity) peer_2 = identity_of(config, 1, orgs->peers[1]);

	g_assert_true(holds(config, "/Channel/Readers", peer_1, NULL));
	g_assert_false(holds(config, "/Channel/Writers", peer_1, NULL));
	g_assert_true(holds(config, "/Channel/Writers", admin_1, NULL));
	g_assert_false(holds(config, "/Channel/Admins", admin_1, peer_2));
	g_assert_true(holds(config, "/Channel/Admins", admin_1, admin_2));
	g_assert_false(holds(config, "/Channel/Application/Endorsement", peer_1,
			     admin_2));
	g_assert_true(holds(config, "/Channel/Application/Endorsement", peer_1,
			    peer_2));
	g_assert_true(holds(config, "/Channel/Orderer/BlockValidation", admin_2,
			    NULL));
}

static void
test_acls(void)
{
	g_autoptr(FabricOrgs) orgs = fabric_orgs_new(FALSE);
	g_autoptr(json_t) founding = fabric_founding(orgs, 2);
	g_autoptr(GByteArray) bytes = NULL;
	g_autoptr(ChannelConfig) config = NULL;

	json_object_set_new(founding, "acls",
			    json_pack("{s:s, s:s, s:s}", "peer/Propose",
				      "/Channel/Application/Admins",
				      "qscc/GetChainInfo", "Writers", "my/Own",
				      "Nobody"));
	bytes = fabric_config_bytes(orgs, founding);
	config = fabric_config_read(buffer_slice(bytes));
	g_assert_true(channel_config_acl(config, "peer/Propose") ==
		      policy_tree_find(config->policies,
				       "/Channel/Application/Admins"));
	g_assert_true(channel_config_acl(config, "qscc/GetChainInfo") ==
		      policy_tree_find(config->policies,
				       "/Channel/Application/Writers"));
	g_assert_true(channel_config_acl(config, "event/Block") ==
		      policy_tree_find(config->policies,
				       "/Channel/Application/Readers"));
	g_assert_null(channel_config_acl(config, "my/Own"));
	g_assert_null(channel_config_acl(config, "unknown"));
}

static void
assert_founding_fails(const FabricOrgs *orgs, json_t *founding,
		      const char *reason)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Founding others = { &orgs->suite, "raft", { NULL, 0 } };
	Common__Config *config = NULL;
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(
		founding_config(&arena, &others, founding, &config, &err), !=,
		BSN_OK);
	if (strstr(err.reason, reason) == NULL)
		g_error("\"%s\" is not in \"%s\"", reason, err.reason);
	json_decref(founding);
}

static json_t *
changed(const FabricOrgs *orgs, const char *format, ...)
{
	json_t *founding = fabric_founding(orgs, 2);
	json_t *change;
	va_list args;

	va_start(args, format);
	change = json_vpack_ex(NULL, 0, format, args);
	va_end(args);
	json_object_update(founding, change);
	json_decref(change);
	return founding;
}

static void
test_bad_founding(void)
{
	g_autoptr(FabricOrgs) orgs = fabric_orgs_new(FALSE);
	const char *root = orgs->roots[0]->pem;

	assert_founding_fails(orgs, changed(orgs, "{s:i}", "no", 1),
			      "channel has no member \"no\"");
	assert_founding_fails(orgs, changed(orgs, "{s:[]}", "organisations"),
			      "at least one must be of the application");
	assert_founding_fails(
		orgs, changed(orgs, "{s:{s:i}}", "batch", "max_messages", 0),
		"batch.max_messages");
	assert_founding_fails(orgs,
			      changed(orgs, "{s:{s:i,s:i}}", "batch",
				      "absolute_max_bytes", 2000,
				      "preferred_max_bytes", 3000),
			      "batch.preferred_max_bytes");
	assert_founding_fails(
		orgs,
		changed(orgs, "{s:{s:s}}", "policies", "Readers", "ANYBODY"),
		"policies.Readers: policy, character 1");
	assert_founding_fails(orgs, changed(orgs, "{s:{s:i}}", "acls", "x", 1),
			      "acls: each must be");
	assert_founding_fails(orgs,
			      changed(orgs, "{s:[{s:[s]}]}", "organisations",
				      "root_certs", root),
			      "organisations[0]");
	assert_founding_fails(orgs,
			      changed(orgs, "{s:[{s:s,s:[s]},{s:s,s:[s]}]}",
				      "organisations", "msp_id", "A",
				      "root_certs", root, "msp_id", "A",
				      "root_certs", root),
			      "organisations[1].msp_id: A is there twice");
	assert_founding_fails(orgs,
			      changed(orgs, "{s:[{s:s,s:[s],s:[s]}]}",
				      "organisations", "msp_id", "A",
				      "root_certs", root, "anchor_peers",
				      "nowhere"),
			      "anchor_peers");
}

static int32_t
read_status(bsn_slice bytes, bsn_err *err)
{
	g_autoptr(ChannelConfig) config = NULL;

	return channel_config_read(bsn_host_crypto(fake_host()), bytes, &config,
				   err);
}

/* What founding does not judge, reading does. */
static void
test_bad_configs(void)
{
	g_autoptr(FabricOrgs) orgs = fabric_orgs_new(FALSE);
	g_autoptr(json_t) founding =
		changed(orgs, "{s:[{s:s,s:[s]}]}", "organisations", "msp_id",
			"A", "root_certs", "no PEM");
	g_autoptr(GByteArray) bytes = fabric_config_bytes(orgs, founding);
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(read_status(buffer_slice(bytes), &err), ==,
			BSN_BAD_REQUEST);
	g_assert_cmpstr(err.reason, ==,
			"/Channel/Application/A: MSP A: root_certs[0]: the "
			"certificate is no PEM that begins with "
			"-----BEGIN CERTIFICATE-----");
	g_assert_cmpint(read_status(bsn_slice_of(NULL, 0), &err), ==,
			BSN_BAD_REQUEST);
	g_assert_cmpstr(err.reason, ==, "the config has no channel group");
}

/* A config, taken apart: changed by `spoil` and read. */
static void
assert_spoilt(const FabricOrgs *orgs,
	      void (*spoil)(Arena *arena, Common__ConfigGroup *channel),
	      const char *reason)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(json_t) founding = fabric_founding(orgs, 2);
	g_autoptr(GByteArray) bytes = fabric_config_bytes(orgs, founding);
	g_autoptr(GByteArray) spoilt = NULL;
	Common__Config *config =
		message_unpack(&arena, &common__config__descriptor,
			       buffer_slice(bytes), NULL, NULL);
	bsn_err err = BSN_ERR_INIT;

	spoil(&arena, config->channel_group);
	spoilt = message_pack(config);
	g_assert_cmpint(read_status(buffer_slice(spoilt), &err), ==,
			BSN_BAD_REQUEST);
	if (strstr(err.reason, reason) == NULL)
		g_error("\"%s\" is not in \"%s\"", reason, err.reason);
}

static void
double_group(Arena *arena, Common__ConfigGroup *channel)
{
	channel->groups[1] = channel->groups[0];
}

static void
empty_value(Arena *arena, Common__ConfigGroup *channel)
{
	channel->values[0]->value = NULL;
}

static void
odd_name(Arena *arena, Common__ConfigGroup *channel)
{
	channel->policies[0]->key = arena_copy(arena, "a/b", 3);
}

static void
no_timeout(Arena *arena, Common__ConfigGroup *channel)
{
	Common__ConfigGroup *orderer = group_find(channel, "Orderer");
	Orderer__BatchTimeout timeout = ORDERER__BATCH_TIMEOUT__INIT;
	Common__ConfigValue *value =
		(Common__ConfigValue *)group_value(orderer, "BatchTimeout");

	value->value = message_bytes(message_put(arena, &timeout));
}

static void
set_batch(Arena *arena, Common__ConfigGroup *channel, guint32 messages,
	  guint32 absolute, guint32 preferred)
{
	Common__ConfigGroup *orderer = group_find(channel, "Orderer");
	Common__ConfigValue *value =
		(Common__ConfigValue *)group_value(orderer, "BatchSize");
	Orderer__BatchSize size = ORDERER__BATCH_SIZE__INIT;

	size.max_message_count = messages;
	size.absolute_max_bytes = absolute;
	size.preferred_max_bytes = preferred;
	value->value = message_bytes(message_put(arena, &size));
}

static void
no_messages(Arena *arena, Common__ConfigGroup *channel)
{
	set_batch(arena, channel, 0, 1000, 1000);
}

static void
too_many_messages(Arena *arena, Common__ConfigGroup *channel)
{
	set_batch(arena, channel, BLOCK_TXS_MAX + 1, 1000, 1000);
}

static void
too_much_preferred(Arena *arena, Common__ConfigGroup *channel)
{
	set_batch(arena, channel, 1, 1000, 1001);
}

static void
too_large(Arena *arena, Common__ConfigGroup *channel)
{
	set_batch(arena, channel, 1, FOUNDING_BLOCK_BYTES_MAX + 1, 1000);
}

static void
other_msp(Arena *arena, Common__ConfigGroup *channel)
{
	Common__ConfigGroup *orderer = group_find(channel, "Orderer");
	Common__ConfigGroup *org1 = group_find(orderer, "Org1MSP");
	Common__ConfigValue *value =
		(Common__ConfigValue *)group_value(org1, "MSP");

	/* An unknown field behind it, which changes nothing but the bytes. */
	value->value.data = (guint8 *)arena_copy(arena, value->value.data,
						 value->value.len + 2);
	memcpy(value->value.data + value->value.len, "\x78\x01", 2);
	value->value.len += 2;
}

static void
test_spoilt(void)
{
	g_autoptr(FabricOrgs) orgs = fabric_orgs_new(FALSE);

	assert_spoilt(orgs, double_group,
		      "/Channel/Application: this group is there twice");
	assert_spoilt(orgs, empty_value, "it is empty");
	assert_spoilt(orgs, odd_name, "the name \"a/b\" has other characters");
	assert_spoilt(orgs, no_timeout,
		      "/Channel/Orderer/BatchTimeout: it is a duration");
	assert_spoilt(orgs, no_messages, "/Channel/Orderer/BatchSize: each");
	assert_spoilt(orgs, too_many_messages,
		      "/Channel/Orderer/BatchSize: each");
	assert_spoilt(orgs, too_much_preferred, "/Channel/Orderer/BatchSize: ");
	assert_spoilt(orgs, too_large, "/Channel/Orderer/BatchSize: ");
	assert_spoilt(orgs, other_msp,
		      "/Channel/Orderer/Org1MSP/MSP: Org1MSP has another MSP");
}

static void
test_durations(void)
{
	static const struct {
		const char *text;
		guint64 ms;
	} good[] = { { "2s", 2000 },	   { "250ms", 250 },
		     { "1m30s", 90000 },   { "1h", 3600000 },
		     { "1s1ms", 1001 },	   { "24h", 86400000 },
		     { "1500000us", 1500 } };
	static const char *const bad[] = {
		"",    "2",   "s",
		"0s",  "1us", "25h",
		"-1s", "1 s", "99999999999999999999s"
	};
	guint64 ms;

	for (guint i = 0; i < G_N_ELEMENTS(good); i++) {
		g_assert_true(values_duration(good[i].text, &ms));
		g_assert_cmpuint(ms, ==, good[i].ms);
	}
	for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
		g_assert_false(values_duration(bad[i], &ms));
}

static void
test_genesis_block(gconstpointer data)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(FabricOrgs) orgs = fabric_orgs_new(GPOINTER_TO_INT(data));
	g_autoptr(json_t) founding = fabric_founding(orgs, 2);
	g_autoptr(GByteArray) bytes = fabric_config_bytes(orgs, founding);
	g_autoptr(ChannelConfig) config =
		fabric_config_read(buffer_slice(bytes));
	g_autoptr(GByteArray) block = g_byte_array_new();
	g_autoptr(GByteArray) again = g_byte_array_new();
	Common__Block *read;
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(
		founding_block(&orgs->suite, "one", config->message, 0, block), ==,
		BSN_OK);
	founding_block(&orgs->suite, "one", config->message, 0, again);
	assert_bytes(again->data, again->len, block->data, block->len);
	read = message_unpack(&arena, &common__block__descriptor,
			      buffer_slice(block), NULL, &err);
	g_assert_cmpint(
		block_check(&orgs->suite, read, 0, bsn_slice_of(NULL, 0), &err),
		==, BSN_OK);
	g_assert_cmpuint(read->metadata->n_metadata, ==, BLOCK_METADATA_COUNT);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/fabric/channel/founded-with-std",
			     GINT_TO_POINTER(FALSE), test_founding);
	g_test_add_data_func("/fabric/channel/founded-with-sm",
			     GINT_TO_POINTER(TRUE), test_founding);
	g_test_add_func("/fabric/channel/default-policies", test_policies);
	g_test_add_func("/fabric/channel/acls", test_acls);
	g_test_add_func("/fabric/channel/wrong-words", test_bad_founding);
	g_test_add_func("/fabric/channel/wrong-configs", test_bad_configs);
	g_test_add_func("/fabric/channel/spoilt-configs", test_spoilt);
	g_test_add_func("/fabric/channel/durations", test_durations);
	g_test_add_data_func("/fabric/channel/genesis-block-with-std",
			     GINT_TO_POINTER(FALSE), test_genesis_block);
	g_test_add_data_func("/fabric/channel/genesis-block-with-sm",
			     GINT_TO_POINTER(TRUE), test_genesis_block);
	return g_test_run();
}
