/* SPDX-License-Identifier: Apache-2.0
 *
 * Organisations of a simulated chain: who has which certificate of whom.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "identity/key_certificate.h"
#include "identity/openssl.h"
#include "identity/sign.h"
#include "tools/sim/crypto.h"
#include "tools/sim/organisations.h"
#include "tools/sim/plugins.h"
#include "tools/sim/workload.h"

#define CERTIFIED                                                              \
	"{\"config\": {\"orgs\": [\"{ca:Org1}\", \"x{ca:Org2}y\"]},"           \
	" \"accounts\": 5, \"certificates\": {\"organisations\":"              \
	" [\"Org1\", \"Org2\"], \"node_ou\": \"peer\"},"                       \
	" \"requests\": [{\"contract\": \"k\", \"function\": \"f\"}]}"

/* ---- an engine that only founds: its genesis is the config -------------- */

static const char *the_algorithm;

static int32_t
member_algorithm(bsn_slice config, const char **algorithm, bsn_err *err)
{
	*algorithm = the_algorithm;
	return BSN_OK;
}

static int32_t
genesis(const bsn_genesis *given, bsn_sink *out, bsn_err *err)
{
	return out->write(out, given->config.data, given->config.len);
}

static const bsn_chain_ops chain_ops = {
	.size = sizeof(chain_ops),
	.member_algorithm = member_algorithm,
	.genesis = genesis,
};
static const bsn_engine engine = { .size = sizeof(engine),
				   .framework = "founds",
				   .chain = &chain_ops };

static SimOptions options = { .nodes = 3, .scripted = TRUE };

static SimWorkload *
workload_of(const char *text)
{
	g_autofree char *message = NULL;
	SimWorkload *workload =
		sim_workload_parse(text, strlen(text), NULL, &message);

	if (workload == NULL)
		g_error("%s", message);
	return workload;
}

static SimWorld *
world_of(const SimWorkload *workload, guint64 seed)
{
	g_autofree char *message = NULL;
	SimWorld *world = sim_world_new(&options, workload, &engine, seed,
					&message);

	if (world == NULL)
		g_error("%s", message);
	return world;
}

static SimKey
account_of(SimWorld *world, guint number)
{
	SimRandom random = sim_random(world->seed, "account", number);
	SimKey key = { .algorithm = NULL };

	g_assert_true(sim_crypto_key(&random, the_algorithm, &key));
	sim_certify_account(world, number, &key);
	return key;
}

/* ---- what a certificate says --------------------------------------------- */

static X509 *
parse(bsn_slice der)
{
	const guint8 *at = der.data;
	X509 *certificate = d2i_X509(NULL, &at, (long)der.len);

	g_assert_nonnull(certificate);
	return certificate;
}

static void
assert_subject(X509 *certificate, int nid, const char *wanted)
{
	char text[80];

	g_assert_cmpint(X509_NAME_get_text_by_NID(
				X509_get_subject_name(certificate), nid, text,
				sizeof(text)),
			>, 0);
	g_assert_cmpstr(text, ==, wanted);
}

/* The CA of an organisation, as a chain's config has it. */
static X509 *
ca_of(const SimWorld *world, const char *name)
{
	g_autofree char *text = g_strdup_printf("{ca:%s}", name);
	g_autofree char *filled =
		sim_organisations_fill(world->organisations, text, NULL);
	g_auto(GStrv) lines = g_strsplit(filled, "\\n", -1);
	g_autofree char *pem = g_strjoinv("\n", lines);
	g_autoptr(GBytes) der =
		key_certificate_read(pem, strlen(pem), NULL);

	g_assert_nonnull(der);
	return parse(bsn_slice_of(g_bytes_get_data(der, NULL),
				  g_bytes_get_size(der)));
}

static void
assert_certified(const SimWorld *world, const SimKey *key, const char *by,
		 const char *unit)
{
	g_autoptr(X509) certificate = parse(key->certificate);
	g_autoptr(X509) ca = ca_of(world, by);
	g_autoptr(GBytes) der = g_bytes_new(key->certificate.data,
					    key->certificate.len);
	g_autoptr(GError) error = NULL;
	time_t now = (time_t)(SIM_START_MS / 1000);

	g_assert_true(key_certificate_judge(der, the_algorithm,
					    key->public_key,
					    key->public_key_len, &error));
	assert_subject(certificate, NID_organizationName, by);
	assert_subject(certificate, NID_organizationalUnitName, unit);
	g_assert_true(identity_set_user_id(certificate));
	g_assert_cmpint(X509_verify(certificate, X509_get0_pubkey(ca)), ==, 1);
	g_assert_cmpint(X509_check_issued(ca, certificate), ==, X509_V_OK);
	g_assert_cmpint(
		X509_cmp_time(X509_get0_notBefore(certificate), &now), <, 0);
	g_assert_cmpint(
		X509_cmp_time(X509_get0_notAfter(certificate), &now), >, 0);
}

/* ---- tests --------------------------------------------------------------- */

static void
nodes_and_accounts_belong_in_turn(gconstpointer algorithm)
{
	static const char *const units[] = { "admin", "admin", "client",
					     "client", "client" };
	SimWorkload *workload = workload_of(CERTIFIED);
	SimWorld *world;

	the_algorithm = algorithm;
	world = world_of(workload, 7);
	for (guint i = 0; i < world->n_nodes; i++)
		assert_certified(world, &world->nodes[i].key,
				 i % 2 == 0 ? "Org1" : "Org2", "peer");
	for (guint i = 0; i < workload->accounts; i++) {
		SimKey key = account_of(world, i);

		assert_certified(world, &key, i % 2 == 0 ? "Org1" : "Org2",
				 units[i]);
	}
	sim_world_free(world);
	sim_workload_free(workload);
}

static void
a_node_finds_its_own(void)
{
	SimWorkload *workload = workload_of(CERTIFIED);
	guint8 bytes[SIM_CERTIFICATE_MAX];
	bsn_fixed_sink sink = bsn_fixed_sink_of(bytes, sizeof(bytes));
	bsn_err err = BSN_ERR_INIT;
	SimWorld *world;
	bsn_chain *chain;

	the_algorithm = "sm2";
	world = world_of(workload, 7);
	chain = &world->nodes[1].processes[0];
	g_assert_cmpint(sim_keys_table.node_certificate(chain, "sm2",
							&sink.sink, &err),
			==, BSN_OK);
	g_assert_cmpuint(sink.len, ==, chain->node->key.certificate.len);
	g_assert_cmpint(memcmp(bytes, chain->node->key.certificate.data,
			       sink.len),
			==, 0);
	g_assert_cmpint(sim_keys_table.node_certificate(chain, "ed25519",
							&sink.sink, &err),
			==, BSN_NOT_FOUND);
	sim_world_free(world);
	sim_workload_free(workload);
}

static GBytes *
all_of(gconstpointer algorithm, guint64 seed)
{
	SimWorkload *workload = workload_of(CERTIFIED);
	GByteArray *all = g_byte_array_new();
	SimWorld *world;

	the_algorithm = algorithm;
	world = world_of(workload, seed);
	g_byte_array_append(all, world->genesis->data, world->genesis->len);
	for (guint i = 0; i < world->n_nodes; i++)
		g_byte_array_append(all,
				    world->nodes[i].key.certificate.data,
				    (guint)world->nodes[i].key.certificate.len);
	for (guint i = 0; i < workload->accounts; i++) {
		SimKey key = account_of(world, i);

		g_byte_array_append(all, key.certificate.data,
				    (guint)key.certificate.len);
	}
	sim_world_free(world);
	sim_workload_free(workload);
	return g_byte_array_free_to_bytes(all);
}

/* Byte for byte, from the first time on. */
static void
all_follow_from_the_seed(gconstpointer algorithm)
{
	g_autoptr(GBytes) first = all_of(algorithm, 3);
	g_autoptr(GBytes) other = all_of(algorithm, 4);

	for (guint i = 0; i < 3; i++) {
		g_autoptr(GBytes) again = all_of(algorithm, 3);

		g_assert_true(g_bytes_equal(first, again));
	}
	g_assert_false(g_bytes_equal(first, other));
}

static void
strangers_are_of_nobody(void)
{
	SimWorkload *workload = workload_of(CERTIFIED);
	SimRandom random = sim_random(1, "stranger", 0);
	SimKey key = { .algorithm = NULL };
	g_autoptr(X509) certificate = NULL;
	g_autoptr(X509) ca = NULL;
	bsn_err err = BSN_ERR_INIT;
	SimWorld *world;

	the_algorithm = "ecdsa-p256";
	world = world_of(workload, 7);
	g_assert_true(sim_crypto_key(&random, the_algorithm, &key));
	sim_certify_stranger(world, &key);
	certificate = parse(key.certificate);
	ca = ca_of(world, "Org1");
	assert_subject(certificate, NID_organizationName, SIM_STRANGERS);
	g_assert_cmpint(X509_verify(certificate, X509_get0_pubkey(ca)), !=, 1);
	/* No config can name their CA. */
	g_assert_null(sim_organisations_fill(world->organisations,
					     "{ca:" SIM_STRANGERS "}", &err));
	sim_world_free(world);
	sim_workload_free(workload);
}

static void
the_config_has_the_cas(void)
{
	SimWorkload *workload = workload_of(CERTIFIED);
	bsn_err err = BSN_ERR_INIT;
	SimWorld *world;

	the_algorithm = "sm2";
	world = world_of(workload, 7);
	g_assert_nonnull(strstr(world->config,
				"[\"-----BEGIN CERTIFICATE-----\\n"));
	g_assert_nonnull(strstr(world->config,
				"\"x-----BEGIN CERTIFICATE-----\\n"));
	g_assert_nonnull(strstr(world->config,
				"-----END CERTIFICATE-----\\ny\"]"));
	g_assert_null(strstr(world->config, "{ca:"));
	g_assert_null(sim_organisations_fill(world->organisations,
					     "{\"a\":\"{ca:Org3}\"}", &err));
	g_assert_nonnull(strstr(err.reason, "{ca:Org3} is none of"));
	g_assert_null(sim_organisations_fill(world->organisations,
					     "{\"a\":\"{ca:Org1\"}", &err));
	sim_world_free(world);
	sim_workload_free(workload);
}

static void
keys_that_cannot_be_certified_are_refused(void)
{
	SimWorkload *workload = workload_of(CERTIFIED);
	g_autofree char *message = NULL;

	the_algorithm = "ed25519";
	g_assert_null(
		sim_world_new(&options, workload, &engine, 7, &message));
	g_assert_nonnull(strstr(message, "certificates: Org1 cannot have a "
					 "CA"));
	sim_workload_free(workload);
}

static void
load_crypto(void)
{
	static const char *const names[] = { "crypto-gm", "crypto-std" };

	options.plugin_dir =
		g_test_build_filename(G_TEST_BUILT, "modules", NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *message = NULL;

		if (sim_plugin_load(&options, names[i], &message) == NULL)
			g_error("%s", message);
	}
}

int
main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	load_crypto();
	g_test_add_data_func("/sim/organisations/sm2/belong-in-turn", "sm2",
			     nodes_and_accounts_belong_in_turn);
	g_test_add_data_func("/sim/organisations/p256/belong-in-turn",
			     "ecdsa-p256", nodes_and_accounts_belong_in_turn);
	g_test_add_func("/sim/organisations/a-node-finds-its-own",
			a_node_finds_its_own);
	g_test_add_data_func("/sim/organisations/sm2/follow-from-the-seed",
			     "sm2", all_follow_from_the_seed);
	g_test_add_data_func("/sim/organisations/p256/follow-from-the-seed",
			     "ecdsa-p256", all_follow_from_the_seed);
	g_test_add_func("/sim/organisations/strangers-are-of-nobody",
			strangers_are_of_nobody);
	g_test_add_func("/sim/organisations/the-config-has-the-cas",
			the_config_has_the_cas);
	g_test_add_func("/sim/organisations/keys-that-cannot-be-certified-are-"
			"refused",
			keys_that_cannot_be_certified_are_refused);
	status = g_test_run();
	g_free(options.plugin_dir);
	return status;
}
