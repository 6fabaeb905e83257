/* SPDX-License-Identifier: Apache-2.0
 *
 * A channel's config is changed.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "orderer/configuration.pb-c.h"
#include "plugins/engine-fabric/channel/group.h"
#include "plugins/engine-fabric/channel/organisation.h"
#include "plugins/engine-fabric/channel/update.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-channel.h"

/* A current config, and two copies to make a read and a write set of. */
typedef struct {
	FabricOrgs *orgs;
	ChannelConfig *config;
	Arena arena;
	Common__ConfigGroup *read_set;
	Common__ConfigGroup *write_set;
} Change;

static Common__ConfigGroup *
copy_of(Arena *arena, bsn_slice bytes)
{
	Common__Config *config = message_unpack(
		arena, &common__config__descriptor, bytes, NULL, NULL);

	return config->channel_group;
}

static void
begin(Change *change, gboolean sm)
{
	g_autoptr(json_t) founding = NULL;
	g_autoptr(GByteArray) bytes = NULL;

	*change = (Change){ .orgs = fabric_orgs_new(sm) };
	founding = fabric_founding(change->orgs, 2);
	bytes = fabric_config_bytes(change->orgs, founding);
	change->config = fabric_config_read(buffer_slice(bytes));
	change->read_set = copy_of(&change->arena, buffer_slice(bytes));
	change->write_set = copy_of(&change->arena, buffer_slice(bytes));
}

static void
end(Change *change)
{
	arena_clear(&change->arena);
	channel_config_free(change->config);
	fabric_orgs_free(change->orgs);
}

static int32_t
apply(Change *change, const guint *admins, guint n, GByteArray *out,
      bsn_err *err)
{
	g_autoptr(GByteArray) update =
		fabric_update(change->orgs, change->read_set, change->write_set,
			      "one", admins, n);

	return update_apply(change->config, "one", buffer_slice(update), out,
			    err);
}

static void
assert_refused(Change *change, const guint *admins, guint n, int32_t status,
	       const char *reason)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(apply(change, admins, n, out, &err), ==, status);
	g_assert_cmpuint(out->len, ==, 0);
	if (strstr(err.reason, reason) == NULL)
		g_error("\"%s\" is not in \"%s\"", reason, err.reason);
}

static ChannelConfig *
assert_applied(Change *change, const guint *admins, guint n)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;
	ChannelConfig *after;

	if (apply(change, admins, n, out, &err) != BSN_OK)
		g_error("%s", err.reason);
	after = fabric_config_read(buffer_slice(out));
	g_assert_cmpuint(after->sequence, ==, 1);
	if (update_keeps(change->config, after, &err) != BSN_OK)
		g_error("%s", err.reason);
	return after;
}

/* Ten messages to a batch. */
static Common__ConfigValue *
change_batch(Change *change)
{
	Common__ConfigGroup *orderer = group_find(change->write_set, "Orderer");
	Common__ConfigValue *value =
		(Common__ConfigValue *)group_value(orderer, "BatchSize");
	Orderer__BatchSize size = ORDERER__BATCH_SIZE__INIT;

	size.max_message_count = 10;
	size.absolute_max_bytes = 1000000;
	size.preferred_max_bytes = 500000;
	value->value = message_bytes(message_put(&change->arena, &size));
	value->version++;
	return value;
}

static const guint both[] = { 0, 1 };

static void
test_change_value(gconstpointer data)
{
	Change change;
	g_autoptr(ChannelConfig) after = NULL;
	static const guint twice[] = { 0, 0 };
	static const guint strangers[] = { 0, 2 };

	begin(&change, GPOINTER_TO_INT(data));
	assert_refused(&change, both, 2, BSN_BAD_REQUEST, "changes nothing");
	change_batch(&change);
	assert_refused(&change, both, 1, BSN_DENIED,
		       "/Channel/Orderer/BatchSize: the signatures (1 valid "
		       "ones) do not fulfil its mod_policy Admins");
	assert_refused(&change, twice, 2, BSN_DENIED, "(1 valid ones)");
	assert_refused(&change, strangers, 2, BSN_DENIED, "(1 valid ones)");
	after = assert_applied(&change, both, 2);
	g_assert_cmpuint(after->max_message_count, ==, 10);
	g_assert_cmpuint(after->batch_timeout_ms, ==, 2000);
	end(&change);
}

static void
test_versions(void)
{
	Change change;
	Common__ConfigValue *value;

	begin(&change, FALSE);
	value = change_batch(&change);
	value->version = 2;
	assert_refused(&change, both, 2, BSN_CONFLICT,
		       "its version is 2; a change of it has 1");
	value->version = 1;
	change.read_set->version = 1;
	assert_refused(&change, both, 2, BSN_CONFLICT,
		       "/Channel: the update builds on version 1");
	change.read_set = NULL;
	/* Without a read set all else counts as changed. */
	assert_refused(&change, both, 2, BSN_CONFLICT, "its version is 0");
	end(&change);
}

static void
test_other_channel(void)
{
	Change change;
	g_autoptr(GByteArray) update = NULL;
	g_autoptr(GByteArray) out = g_byte_array_new();

	begin(&change, FALSE);
	change_batch(&change);
	update = fabric_update(change.orgs, change.read_set, change.write_set,
			       "two", both, 2);
	g_assert_cmpint(update_apply(change.config, "one", buffer_slice(update),
				     out, NULL),
			==, BSN_BAD_REQUEST);
	end(&change);
}

static void
add_third(Change *change, Common__ConfigGroup *application,
	  Common__ConfigGroup *orderer)
{
	g_autoptr(json_t) org =
		json_pack("{s:s, s:[s]}", "msp_id", "Org3MSP", "root_certs",
			  change->orgs->roots[2]->pem);
	bsn_err err = BSN_ERR_INIT;

	if (organisation_add(&change->arena, org, application, orderer, &err) !=
	    BSN_OK)
		g_error("%s", err.reason);
}

static void
test_add_organisation(void)
{
	Change change;
	Common__ConfigGroup *application;
	g_autoptr(ChannelConfig) after = NULL;

	begin(&change, FALSE);
	application = group_find(change.write_set, "Application");
	add_third(&change, application, group_new(&change.arena));
	assert_refused(&change, both, 2, BSN_BAD_REQUEST,
		       "no group above it "
		       "lists it");
	application->version++;
	assert_refused(&change, both, 1, BSN_DENIED, "/Channel/Application: ");
	after = assert_applied(&change, both, 2);
	g_assert_cmpuint(after->organisations->len, ==, 3);
	g_assert_false(
		channel_config_organisation(after, "Org3MSP")->in_orderer);
	end(&change);
}

static void
test_remove_organisation(void)
{
	Change change;
	static const char *const groups[] = { "Application", "Orderer" };
	g_autoptr(ChannelConfig) after = NULL;

	begin(&change, TRUE);
	for (guint i = 0; i < G_N_ELEMENTS(groups); i++) {
		Common__ConfigGroup *group =
			group_find(change.write_set, groups[i]);

		g_assert_cmpstr(group->groups[1]->key, ==, "Org2MSP");
		group->n_groups = 1;
		group->version++;
	}
	after = assert_applied(&change, both, 2);
	g_assert_cmpuint(after->organisations->len, ==, 1);
	g_assert_null(msp_manager_find(after->msps, "Org2MSP"));
	end(&change);
}

/* Who may change a part, the current config says and not the new one. */
static void
test_mod_policy(void)
{
	Change change;
	static const guint second[] = { 1 };
	Common__ConfigValue *value;
	Common__ConfigGroup *org1;

	begin(&change, FALSE);
	value = change_batch(&change);
	value->mod_policy = (char *)"/Channel/Application/Org2MSP/Admins";
	assert_refused(&change, second, 1, BSN_DENIED, "do not fulfil");
	value->mod_policy = (char *)"";
	assert_refused(&change, both, 2, BSN_BAD_REQUEST, "no mod_policy");
	end(&change);

	begin(&change, FALSE);
	/* An organisation's own part takes its own admin alone. */
	org1 = group_find(group_find(change.write_set, "Application"),
			  "Org1MSP");
	((Common__ConfigValue *)group_value(org1, "AnchorPeers"))->version++;
	assert_refused(&change, second, 1, BSN_DENIED,
		       "/Channel/Application/Org1MSP/AnchorPeers");
	channel_config_free(assert_applied(&change, both, 1));
	end(&change);
}

/* What is unchanged may say nothing: it is taken from the current config. */
static void
test_sparse_sets(void)
{
	g_auto(Arena) arena = ARENA_INIT;
	Change change;
	Common__ConfigGroup *orderer = group_new(&arena);
	Common__ConfigGroup *sparse = group_new(&arena);
	Common__ConfigGroup *read = group_new(&arena);
	Orderer__BatchSize size = ORDERER__BATCH_SIZE__INIT;
	g_autoptr(ChannelConfig) after = NULL;

	begin(&change, FALSE);
	group_add_group(&arena, read, "Orderer", group_new(&arena));
	size.max_message_count = 7;
	size.absolute_max_bytes = 1000;
	size.preferred_max_bytes = 1000;
	group_add_value(&arena, orderer, "BatchSize", &size, GROUP_ADMINS);
	orderer->values[0]->value->version = 1;
	group_add_group(&arena, sparse, "Orderer", orderer);
	change.read_set = read;
	change.write_set = sparse;
	after = assert_applied(&change, both, 2);
	g_assert_cmpuint(after->max_message_count, ==, 7);
	g_assert_cmpuint(after->organisations->len, ==, 2);
	end(&change);
}

static void
test_kept(void)
{
	g_autoptr(FabricOrgs) std = fabric_orgs_new(FALSE);
	g_autoptr(FabricOrgs) sm = fabric_orgs_new(TRUE);
	g_autoptr(json_t) founding_std = fabric_founding(std, 2);
	g_autoptr(json_t) founding_sm = fabric_founding(sm, 2);
	g_autoptr(GByteArray) a = fabric_config_bytes(std, founding_std);
	g_autoptr(GByteArray) b = fabric_config_bytes(sm, founding_sm);
	g_autoptr(ChannelConfig) before = fabric_config_read(buffer_slice(a));
	g_autoptr(ChannelConfig) after = fabric_config_read(buffer_slice(b));

	g_assert_cmpint(update_keeps(before, before, NULL), ==, BSN_OK);
	g_assert_cmpint(update_keeps(before, after, NULL), ==, BSN_CONFLICT);
	g_free(before->orderer_type);
	before->orderer_type = g_strdup("pbft");
	after->suite.sm = FALSE;
	g_assert_cmpint(update_keeps(before, after, NULL), ==, BSN_CONFLICT);
	after->suite.sm = TRUE;
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/fabric/update/a-value-with-std",
			     GINT_TO_POINTER(FALSE), test_change_value);
	g_test_add_data_func("/fabric/update/a-value-with-sm",
			     GINT_TO_POINTER(TRUE), test_change_value);
	g_test_add_func("/fabric/update/versions", test_versions);
	g_test_add_func("/fabric/update/another-channel", test_other_channel);
	g_test_add_func("/fabric/update/an-organisation-comes",
			test_add_organisation);
	g_test_add_func("/fabric/update/an-organisation-goes",
			test_remove_organisation);
	g_test_add_func("/fabric/update/who-may", test_mod_policy);
	g_test_add_func("/fabric/update/what-is-unchanged-need-not-be-said",
			test_sparse_sets);
	g_test_add_func("/fabric/update/what-is-kept", test_kept);
	return g_test_run();
}
