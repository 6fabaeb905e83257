/* SPDX-License-Identifier: Apache-2.0
 *
 * bsnctl init and bsnctl id: the program as it was built, judged by the
 * daemon's own code.
 */
#include <glib/gstdio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/stat.h>

#include "host/config/config.h"
#include "tests/unit/ctl_node.h"
#include "tools/ctl/host_conf.h"
#include "tools/ctl/issue.h"
#include "tools/ctl/private_file.h"

typedef struct {
	char *top; /* of everything */
	char *plugins;
	CtlNode node; /* only its directory is used */
} Fixture;

static void
write_file(const char *directory, const char *name, const char *text)
{
	g_autofree char *file = g_build_filename(directory, name, NULL);

	g_assert_true(g_file_set_contents(file, text, -1, NULL));
}

static void
set_up(Fixture *fixture, gconstpointer unused)
{
	fixture->top = g_dir_make_tmp("bsn-init-XXXXXX", NULL);
	fixture->plugins = g_build_filename(fixture->top, "plugins", NULL);
	fixture->node.node.directory =
		g_build_filename(fixture->top, "node", NULL);
	g_assert_cmpint(g_mkdir(fixture->plugins, 0755), ==, 0);
	write_file(fixture->plugins, "crypto-x.so", "abc");
	write_file(fixture->plugins, "engine-acme.so", "abcd");
	write_file(fixture->plugins, "README", "none");
}

static void
tear_down(Fixture *fixture, gconstpointer unused)
{
	private_directory_remove(fixture->top);
	g_free(fixture->top);
	g_free(fixture->plugins);
	g_free(fixture->node.node.directory);
}

static CtlRun
init(const Fixture *fixture, const char *org)
{
	return CTL_RUN(NULL, "init", fixture->node.node.directory, "--org", org,
		       "--port", "18443", "--ops-port", "19443", "--plugin-dir",
		       fixture->plugins);
}

static void
make(const Fixture *fixture)
{
	g_auto(CtlRun) run = init(fixture, "City Node");

	if (run.exit_code != 0)
		g_error("init: %s", run.err);
}

static void
assert_mode(const Fixture *fixture, const char *name, guint mode)
{
	g_autofree char *file = node_path(&fixture->node.node, name);
	struct stat status;

	g_assert_cmpint(g_stat(file, &status), ==, 0);
	g_assert_cmpuint(status.st_mode & 0777, ==, mode);
}

/* SM3("abc") is the standard's own example (GB/T 32905, A.1). */
#define SM3_ABC \
	"sm3:66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"

static void
test_config(Fixture *fixture, gconstpointer unused)
{
	g_autofree char *file = node_path(&fixture->node.node, NODE_CONFIG);
	g_autofree char *data = node_path(&fixture->node.node, "data");
	g_autofree char *ca = node_path(&fixture->node.node, NODE_IDENTITY_CA);
	g_autoptr(GError) error = NULL;
	g_autoptr(Config) config = NULL;

	make(fixture);
	config = config_load(file, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(config->node_name, ==, "node");
	g_assert_cmpstr(config->gateway_listen, ==, "127.0.0.1:18443");
	g_assert_cmpstr(config->ops_listen, ==, "127.0.0.1:19443");
	g_assert_cmpstr(config->node_data_directory, ==, data);
	g_assert_cmpstr(config->identity_ca_files[0], ==, ca);
	g_assert_cmpstr(config->plugins_directories[0], ==, fixture->plugins);
	g_assert_cmpuint(g_strv_length(config->plugins_trust_digests), ==, 2);
	g_assert_cmpstr(config->plugins_trust_digests[0], ==, SM3_ABC);
	g_assert_cmpstr(config->plugins_frameworks[0], ==, "acme");
	g_assert_null(config->plugins_frameworks[1]);
}

static CtlRun
init_for_chaincode(const Fixture *fixture, const char *project)
{
	return CTL_RUN(NULL, "init", fixture->node.node.directory,
		       "--plugin-dir", fixture->plugins, "--chaincode-modules",
		       project);
}

/* Where the modules are is told to the runtime, and to the walls. */
static void
test_chaincode_modules(Fixture *fixture, gconstpointer unused)
{
	g_autofree char *file = node_path(&fixture->node.node, NODE_CONFIG);
	g_autofree char *modules =
		g_build_filename(fixture->top, "node_modules", NULL);
	g_autofree char *shim = g_build_filename(modules, "fabric-shim", NULL);
	g_auto(CtlRun) without = init_for_chaincode(fixture, fixture->top);
	g_autofree char *usual = host_conf_sample_value("io", "child_paths");
	g_autofree char *paths = g_strconcat(usual, ";", modules, NULL);
	g_autofree char *setting =
		g_strconcat("bsn.runtime-chaincode node_path=", modules, NULL);
	g_autofree char *joined = NULL;
	g_autoptr(Config) config = NULL;
	g_autoptr(GError) error = NULL;
	g_auto(CtlRun) with = { 0 };

	g_assert_cmpint(without.exit_code, ==, 1);
	ctl_assert_has(without.err, "fabric-shim");
	if (!g_file_test("/usr/bin/node", G_FILE_TEST_IS_EXECUTABLE)) {
		g_test_skip("there is no Node.js");
		return;
	}
	g_assert_cmpint(g_mkdir_with_parents(shim, 0755), ==, 0);
	with = init_for_chaincode(fixture, fixture->top);
	if (with.exit_code != 0)
		g_error("%s", with.err);
	config = config_load(file, &error);
	g_assert_no_error(error);
	joined = g_strjoinv(";", config->io_child_paths);
	g_assert_cmpstr(joined, ==, paths);
	g_assert_true(g_strv_contains(
		(const char *const *)config->plugin_settings, setting));
}

/* The algorithm of a certificate's key and whether the node's CA vouches for
 * it to other hosts. */
static void
assert_issued(const Fixture *fixture, const char *cert, const char *algorithm)
{
	const Node *node = &fixture->node.node;
	g_autofree char *ca = node_path(node, NODE_IDENTITY_CA);
	g_autofree char *file = node_path(node, cert);
	const char *const cas[] = { ca, NULL };
	g_autoptr(GError) error = NULL;
	TrustStore *trust =
		trust_store_new_for_hosts(cas, NULL, FALSE, &error);
	g_autoptr(Identity) identity = NULL;
	X509 *x509;

	g_assert_no_error(error);
	x509 = identity_load_cert(file, &error);
	g_assert_no_error(error);
	identity = trust_store_judge(trust, x509,
				     g_get_real_time() / G_USEC_PER_SEC,
				     &error);
	g_assert_no_error(error);
	g_assert_cmpstr(identity->algorithm, ==, algorithm);
	X509_free(x509);
	trust_store_free(trust);
}

static void
make_with(const Fixture *fixture, const char *option, const char *algorithm,
	  const char *more, const char *value)
{
	g_auto(CtlRun) run = CTL_RUN(
		NULL, "init", fixture->node.node.directory, "--plugin-dir",
		fixture->plugins, option, algorithm, more, value);

	if (run.exit_code != 0)
		g_error("init: %s", run.err);
}

static void
test_p256(Fixture *fixture, gconstpointer unused)
{
	make_with(fixture, "--algorithm", "ecdsa-p256", "--org", "P");
	assert_issued(fixture, NODE_HOST_CERT, "ecdsa-p256");
	assert_issued(fixture, "ids/admin/cert.pem", "ecdsa-p256");
	assert_issued(fixture, "ids/app1/cert.pem", "ecdsa-p256");
}

static void
test_host_algorithm(Fixture *fixture, gconstpointer unused)
{
	make_with(fixture, "--host-algorithm", IDENTITY_SECP256K1, "--org",
		  "K");
	assert_issued(fixture, NODE_HOST_CERT, IDENTITY_SECP256K1);
	assert_issued(fixture, "ids/admin/cert.pem", "sm2");
}

/* The gateway knows nobody by secp256k1. */
static void
test_no_secp256k1_people(Fixture *fixture, gconstpointer unused)
{
	g_auto(CtlRun) run = CTL_RUN(NULL, "init",
				     fixture->node.node.directory,
				     "--algorithm", IDENTITY_SECP256K1);

	g_assert_cmpint(run.exit_code, ==, 2);
	g_assert_nonnull(strstr(run.err, "sm2, ecdsa-p256"));
	g_assert_false(g_file_test(fixture->node.node.directory,
				   G_FILE_TEST_EXISTS));
}

/* A directory without plugins is a node to which plugins are added later. */
static void
test_no_plugins(Fixture *fixture, gconstpointer unused)
{
	g_autofree char *file = node_path(&fixture->node.node, NODE_CONFIG);
	g_autofree char *empty = g_build_filename(fixture->top, "empty", NULL);
	g_auto(CtlRun) run = { 0 };
	g_autoptr(Config) config = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(g_mkdir(empty, 0755), ==, 0);
	run = CTL_RUN(NULL, "init", fixture->node.node.directory,
		      "--plugin-dir", empty);
	g_assert_cmpint(run.exit_code, ==, 0);
	ctl_assert_has(run.out, "No plugins");
	config = config_load(file, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(g_strv_length(config->plugins_trust_digests), ==, 0);
}

static void
test_modes(Fixture *fixture, gconstpointer unused)
{
	make(fixture);
	assert_mode(fixture, "", 0700);
	assert_mode(fixture, NODE_IDENTITY_CA_KEY, 0600);
	assert_mode(fixture, NODE_TLS_CA_KEY, 0600);
	assert_mode(fixture, NODE_TLS_KEY, 0600);
	assert_mode(fixture, NODE_HOST_KEY, 0600);
	assert_mode(fixture, "ids/admin/key.pem", 0600);
	assert_mode(fixture, NODE_CONFIG, 0600);
}

static void
assert_identity(const Fixture *fixture, const char *name, Role role,
		const char *algorithm)
{
	g_autofree char *ca = node_path(&fixture->node.node, NODE_IDENTITY_CA);
	g_autofree char *file =
		node_identity_path(&fixture->node.node, name, "cert.pem", NULL);
	const char *const files[] = { ca, NULL };
	g_autoptr(GError) error = NULL;
	TrustStore *trust = trust_store_new(files, &error);
	X509 *cert = identity_load_cert(file, NULL);
	g_autoptr(Identity) identity = NULL;

	g_assert_no_error(error);
	identity = trust_store_judge(
		trust, cert, g_get_real_time() / G_USEC_PER_SEC, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(identity->name, ==, name);
	g_assert_cmpstr(identity->organisation, ==, "City Node");
	g_assert_cmpint(identity->role, ==, role);
	g_assert_cmpstr(identity->algorithm, ==, algorithm);
	X509_free(cert);
	trust_store_free(trust);
}

static void
test_identities(Fixture *fixture, gconstpointer unused)
{
	make(fixture);
	assert_identity(fixture, "admin", ROLE_ADMIN, "sm2");
	assert_identity(fixture, "app1", ROLE_CLIENT, "sm2");
}

/* The node's own host certificate, on its own list. */
static void
test_revoke(Fixture *fixture, gconstpointer unused)
{
	const Node *node = &fixture->node.node;
	g_autofree char *cert = NULL;
	g_autofree char *ca = NULL;
	g_autofree char *crl = NULL;
	const char *cas[] = { NULL, NULL };
	const char *crls[] = { NULL, NULL };
	g_autoptr(GError) error = NULL;
	X509 *host;

	make(fixture);
	cert = node_path(node, NODE_HOST_CERT);
	cas[0] = ca = node_path(node, NODE_IDENTITY_CA);
	crls[0] = crl = node_path(node, NODE_HOST_CRL);
	host = identity_load_cert(cert, NULL);
	for (guint i = 0; i < 2; i++) {
		TrustStore *trust;

		g_assert_true(issue_revoke(node, cert, &error));
		trust = trust_store_new_for_hosts(cas, crls, FALSE,
						  &error);
		g_assert_no_error(error);
		g_assert_null(trust_store_judge(
			trust, host, g_get_real_time() / G_USEC_PER_SEC,
			&error));
		g_assert_error(error, IDENTITY_ERROR, IDENTITY_REVOKED);
		g_clear_error(&error);
		trust_store_free(trust);
	}
	g_assert_false(issue_revoke(node, crl, &error));
	g_clear_error(&error);
	X509_free(host);
}

static void
test_existing(Fixture *fixture, gconstpointer unused)
{
	g_auto(CtlRun) again = { 0 };
	g_autofree char *key =
		node_path(&fixture->node.node, NODE_IDENTITY_CA_KEY);
	g_autofree char *before = NULL;
	g_autofree char *after = NULL;

	make(fixture);
	g_assert_true(g_file_get_contents(key, &before, NULL, NULL));
	again = init(fixture, "Other");
	g_assert_cmpint(again.exit_code, ==, 1);
	ctl_assert_has(again.err, "exists already");
	g_assert_true(g_file_get_contents(key, &after, NULL, NULL));
	g_assert_cmpstr(before, ==, after);
}

static guint
count_entries(const char *directory)
{
	GDir *dir = g_dir_open(directory, 0, NULL);
	guint n = 0;

	while (g_dir_read_name(dir) != NULL)
		n++;
	g_dir_close(dir);
	return n;
}

/* A certificate has no room for such a name (RFC 5280, ub-organization-name),
 * which shows when the first directories are there already. */
static void
test_rollback(Fixture *fixture, gconstpointer unused)
{
	g_autofree char *long_name = g_strnfill(2000, 'x');
	g_auto(CtlRun) run = init(fixture, long_name);

	g_assert_cmpint(run.exit_code, ==, 1);
	g_assert_cmpuint(count_entries(fixture->top), ==, 1); /* plugins */
}

static void
test_bad_places(Fixture *fixture, gconstpointer unused)
{
	g_auto(CtlRun) nowhere = CTL_RUN(NULL, "init", "/nonexistent/a/b");
	g_auto(CtlRun) ports =
		CTL_RUN(NULL, "init", "x", "--port", "5", "--ops-port", "5");
	g_auto(CtlRun) plugins =
		CTL_RUN(NULL, "init", "x", "--plugin-dir", "/nonexistent");

	g_assert_cmpint(nowhere.exit_code, ==, 1);
	ctl_assert_has(nowhere.err, "/nonexistent/a/b");
	g_assert_cmpint(ports.exit_code, ==, 2);
	g_assert_cmpint(plugins.exit_code, ==, 1);
	ctl_assert_has(plugins.err, "plugin directory");
}

static void
test_id_new(Fixture *fixture, gconstpointer unused)
{
	g_auto(CtlRun) alice = { 0 };
	g_auto(CtlRun) again = { 0 };
	g_auto(CtlRun) bad = { 0 };

	make(fixture);
	alice = CTL_RUN(&fixture->node, "id", "new", "alice", "--role",
			"auditor", "--algorithm", "ecdsa-p256");
	g_assert_cmpint(alice.exit_code, ==, 0);
	assert_identity(fixture, "alice", ROLE_AUDITOR, "ecdsa-p256");
	again = CTL_RUN(&fixture->node, "id", "new", "alice", "--role",
			"admin");
	g_assert_cmpint(again.exit_code, ==, 1);
	assert_identity(fixture, "alice", ROLE_AUDITOR, "ecdsa-p256");
	bad = CTL_RUN(&fixture->node, "id", "new", "../eve", "--role", "admin");
	g_assert_cmpint(bad.exit_code, ==, 2);
}

static void
test_id_list(Fixture *fixture, gconstpointer unused)
{
	g_auto(CtlRun) key = { 0 };
	g_auto(CtlRun) list = { 0 };
	json_t *answer;
	json_t *ids;

	make(fixture);
	key = CTL_RUN(&fixture->node, "id", "key", "app1", "--algorithm",
		      "secp256k1");
	g_assert_cmpint(key.exit_code, ==, 0);
	list = CTL_RUN(&fixture->node, "id", "list", "--json");
	answer = json_loads(list.out, 0, NULL);
	ids = json_object_get(answer, "ids");
	g_assert_cmpuint(json_array_size(ids), ==, 2);
	g_assert_cmpuint(
		json_string_length(json_object_get(
			json_object_get(json_array_get(ids, 1), "keys"),
			"secp256k1")),
		==, 130);
	json_decref(answer);
}

static void
test_trust(Fixture *fixture, gconstpointer unused)
{
	g_autofree char *one =
		g_build_filename(fixture->plugins, "crypto-x.so", NULL);
	g_auto(CtlRun) line = CTL_RUN(NULL, "plugin", "trust", one);
	g_auto(CtlRun) two = CTL_RUN(NULL, "plugin", "trust", one, one);
	g_auto(CtlRun) none = CTL_RUN(NULL, "plugin", "trust", "/nonexistent");

	g_assert_cmpstr(line.out, ==, "trust_digests = " SM3_ABC "\n");
	g_assert_cmpstr(two.out, ==,
			"trust_digests = " SM3_ABC ";" SM3_ABC "\n");
	g_assert_cmpint(none.exit_code, ==, 1);
	g_assert_cmpstr(none.out, ==, "");
}

/* The signature that a host looks for beside a plugin: SM2 over the file. */
static void
assert_signed(const Fixture *fixture, const char *plugin, EVP_PKEY *key)
{
	g_autofree char *file = g_strconcat(plugin, ".sig", NULL);
	g_autofree char *raw = NULL;
	ECDSA_SIG *signature = ECDSA_SIG_new();
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	EVP_PKEY_CTX *context = NULL;
	guint8 *der = NULL;
	gsize len;
	int der_len;

	g_assert_true(g_file_get_contents(file, &raw, &len, NULL));
	g_assert_cmpuint(len, ==, 64);
	ECDSA_SIG_set0(signature, BN_bin2bn((guint8 *)raw, 32, NULL),
		       BN_bin2bn((guint8 *)raw + 32, 32, NULL));
	der_len = i2d_ECDSA_SIG(signature, &der);
	g_assert_cmpint(
		EVP_DigestVerifyInit(md, &context, EVP_sm3(), NULL, key), ==,
		1);
	EVP_PKEY_CTX_set1_id(context, "1234567812345678", 16);
	g_assert_cmpint(EVP_DigestVerify(md, der, (size_t)der_len,
					 (const guint8 *)"abc", 3),
			==, 1);
	OPENSSL_free(der);
	ECDSA_SIG_free(signature);
	EVP_MD_CTX_free(md);
}

static void
test_sign(Fixture *fixture, gconstpointer unused)
{
	g_autofree char *plugin =
		g_build_filename(fixture->plugins, "crypto-x.so", NULL);
	g_autofree char *file = g_build_filename(fixture->top, "k", NULL);
	g_autofree char *wrong = g_build_filename(fixture->top, "w", NULL);
	EVP_PKEY *key = identity_key_new("sm2", NULL);
	EVP_PKEY *p256 = identity_key_new("ecdsa-p256", NULL);
	g_auto(CtlRun) good = { 0 };
	g_auto(CtlRun) bad = { 0 };

	g_assert_true(identity_save_key(key, file, NULL));
	g_assert_true(identity_save_key(p256, wrong, NULL));
	good = CTL_RUN(NULL, "plugin", "sign", plugin, "--key", file);
	g_assert_cmpint(good.exit_code, ==, 0);
	assert_signed(fixture, plugin, key);
	bad = CTL_RUN(NULL, "plugin", "sign", plugin, "--key", wrong);
	g_assert_cmpint(bad.exit_code, ==, 1);
	ctl_assert_has(bad.err, "SM2");
	EVP_PKEY_free(key);
	EVP_PKEY_free(p256);
}

static void
test_fill(void)
{
	static const char sample[] = "# about\n[a]\n#key = 1\nkeys = 2\n[b]\n"
				     "key = 3\n";
	const HostConfValue good[] = { { "a", "key", "x" },
				       { "b", "key", "y" },
				       { NULL, NULL, NULL } };
	const HostConfValue bad[] = { { "b", "keys", "x" },
				      { NULL, NULL, NULL } };
	g_autofree char *text = host_conf_fill_text(sample, good, NULL);
	g_autoptr(GError) error = NULL;

	g_assert_cmpstr(text, ==,
			"# about\n[a]\nkey = x\nkeys = 2\n[b]\n"
			"key = y\n");
	g_assert_null(host_conf_fill_text(sample, bad, &error));
	ctl_assert_has(error->message, "[b] keys");
}

#define ADD(name, test) \
	g_test_add("/ctl/" name, Fixture, NULL, set_up, test, tear_down)

/* ---- channels ------------------------------------------------------------ */

static char *
node_file(const Fixture *fixture, const char *name)
{
	return g_build_filename(fixture->node.node.directory, name, NULL);
}

static char **
configured_ports(const Fixture *fixture, Config **config)
{
	g_autofree char *file = node_file(fixture, NODE_CONFIG);
	g_autoptr(GError) error = NULL;

	*config = config_load(file, &error);
	g_assert_no_error(error);
	return (*config)->channel_listen;
}

static void
test_channel_open(Fixture *fixture, gconstpointer unused)
{
	g_auto(CtlRun) made = init(fixture, "Acme");
	g_auto(CtlRun) one = CTL_RUN(&fixture->node, "channel", "open", "bank");
	g_auto(CtlRun) two =
		CTL_RUN(&fixture->node, "channel", "open", "trade", "--listen",
			"[::1]:20201");
	g_auto(CtlRun) again =
		CTL_RUN(&fixture->node, "channel", "open", "bank");
	g_auto(CtlRun) bad = CTL_RUN(&fixture->node, "channel", "open", "x",
				     "--listen", "localhost:1");
	g_autoptr(Config) config = NULL;
	char **ports = configured_ports(fixture, &config);

	g_assert_cmpint(made.exit_code, ==, 0);
	g_assert_cmpint(one.exit_code, ==, 0);
	g_assert_cmpint(two.exit_code, ==, 0);
	ctl_assert_has(again.err, "has a port already: 127.0.0.1:20200");
	ctl_assert_has(bad.err, "no numeric address");
	g_assert_cmpuint(g_strv_length(ports), ==, 2);
	g_assert_cmpstr(ports[0], ==, "bank 127.0.0.1:20200");
	g_assert_cmpstr(ports[1], ==, "trade [::1]:20201");
	g_assert_true(g_file_test(config->channel_tls_key,
				  G_FILE_TEST_EXISTS));
	g_assert_true(g_file_test(config->channel_ca_files[0],
				  G_FILE_TEST_EXISTS));
}

/* ---- gRPC ---------------------------------------------------------------- */

/* What the host's configuration says once one address is given. */
static void
test_grpc_open(Fixture *fixture, gconstpointer unused)
{
	g_auto(CtlRun) made =
		CTL_RUN(NULL, "init", fixture->node.node.directory,
			"--plugin-dir", fixture->plugins, "--algorithm",
			"ecdsa-p256");
	g_auto(CtlRun) bad =
		CTL_RUN(&fixture->node, "grpc", "open", "--listen", "host:1");
	g_auto(CtlRun) opened = CTL_RUN(&fixture->node, "grpc", "open");
	g_auto(CtlRun) moved = CTL_RUN(&fixture->node, "grpc", "open",
				       "--listen", "[::1]:7052");
	g_autoptr(Config) config = NULL;

	g_assert_cmpint(made.exit_code, ==, 0);
	ctl_assert_has(bad.err, "no numeric address");
	g_assert_cmpint(opened.exit_code, ==, 0);
	ctl_assert_has(opened.out, "SDKs connect to 127.0.0.1:7051");
	g_assert_cmpint(moved.exit_code, ==, 0);
	configured_ports(fixture, &config);
	g_assert_cmpstr(config->grpc_listen, ==, "[::1]:7052");
	g_assert_cmpstr(config->grpc_ca_files[0], ==,
			config->identity_ca_files[0]);
	g_assert_null(config->grpc_ca_files[1]);
	g_assert_cmpstr(config->grpc_tls_certificate, ==,
			config->gateway_tls_certificate);
	g_assert_cmpstr(config->grpc_tls_key, ==, config->gateway_tls_key);
}

/* Nobody could connect. */
static void
test_grpc_sm2(Fixture *fixture, gconstpointer unused)
{
	g_auto(CtlRun) made = init(fixture, "Acme");
	g_auto(CtlRun) opened = CTL_RUN(&fixture->node, "grpc", "open");
	g_autoptr(Config) config = NULL;

	g_assert_cmpint(made.exit_code, ==, 0);
	g_assert_cmpint(opened.exit_code, !=, 0);
	ctl_assert_has(opened.err, "bsnctl init --algorithm ecdsa-p256");
	configured_ports(fixture, &config);
	g_assert_cmpstr(config->grpc_listen, ==, "");
}

static void
test_channel_sdk(Fixture *fixture, gconstpointer unused)
{
	g_auto(CtlRun) made = init(fixture, "Acme");
	g_autofree char *conf =
		g_build_filename(fixture->top, "conf", NULL);
	g_autofree char *key = g_build_filename(conf, "sdk.key", NULL);
	g_autofree char *cert = g_build_filename(conf, "sdk.crt", NULL);
	g_autofree char *ca = g_build_filename(conf, "ca.crt", NULL);
	g_autofree char *toml = g_build_filename(conf, "config.toml", NULL);
	g_autofree char *text = NULL;
	g_auto(CtlRun) early =
		CTL_RUN(&fixture->node, "channel", "sdk", conf);
	g_auto(CtlRun) opened =
		CTL_RUN(&fixture->node, "channel", "open", "bank");
	g_auto(CtlRun) sdk = CTL_RUN(&fixture->node, "channel", "sdk", conf);
	X509 *leaf, *issuer;
	EVP_PKEY *private_key;

	g_assert_cmpint(made.exit_code, ==, 0);
	g_assert_cmpint(opened.exit_code, ==, 0);
	g_assert_cmpint(early.exit_code, !=, 0);
	g_assert_cmpint(sdk.exit_code, ==, 0);
	private_key = identity_load_any_key(key, NULL);
	leaf = identity_load_cert(cert, NULL);
	issuer = identity_load_cert(ca, NULL);
	g_assert_nonnull(private_key);
	g_assert_cmpint(X509_check_private_key(leaf, private_key), ==, 1);
	g_assert_cmpint(X509_verify(leaf, X509_get0_pubkey(issuer)), ==, 1);
	/* Nobody's identity at the gateway. */
	g_assert_null(identity_key_algorithm(private_key));
	g_assert_true(g_file_get_contents(toml, &text, NULL, NULL));
	ctl_assert_has(text, "peers = [\"127.0.0.1:20200\"]");
	EVP_PKEY_free(private_key);
	X509_free(leaf);
	X509_free(issuer);
}

/* ---- other hosts --------------------------------------------------------- */

static Config *
load_config(const Fixture *fixture)
{
	g_autofree char *file = node_path(&fixture->node.node, NODE_CONFIG);
	g_autoptr(GError) error = NULL;
	Config *config = config_load(file, &error);

	g_assert_no_error(error);
	return config;
}

static void
test_peer_listen(Fixture *fixture, gconstpointer unused)
{
	g_autofree char *cas = node_path(&fixture->node.node, NODE_HOST_CAS);
	g_auto(CtlRun) bad =
		CTL_RUN(NULL, "init", fixture->node.node.directory,
			"--plugin-dir", fixture->plugins, "--peer-listen",
			"8400");
	g_auto(CtlRun) good =
		CTL_RUN(NULL, "init", fixture->node.node.directory,
			"--plugin-dir", fixture->plugins, "--peer-listen",
			"127.0.0.1:8400");
	g_autoptr(Config) config = load_config(fixture);

	g_assert_cmpint(bad.exit_code, ==, 2);
	ctl_assert_has(bad.err, "ADDRESS:PORT");
	g_assert_cmpint(good.exit_code, ==, 0);
	g_assert_cmpstr(config->peers_listen[0], ==, "127.0.0.1:8400");
	g_assert_cmpstr(config->peers_ca_files[0], ==, cas);
	g_assert_null(config->peers_ca_files[1]);
}

/* Whether the node, by its config, lets a host of that CA in. */
static gboolean
lets_in(const Fixture *fixture, const Node *other)
{
	g_autoptr(Config) config = load_config(fixture);
	g_autofree char *file = node_path(other, NODE_HOST_CERT);
	g_autoptr(GError) error = NULL;
	X509 *certificate = identity_load_cert(file, NULL);
	TrustStore *trust = trust_store_new_for_hosts(
		(const char *const *)config->peers_ca_files,
		(const char *const *)config->peers_crl_files, FALSE, &error);
	Identity *host;

	g_assert_no_error(error);
	host = trust_store_judge(trust, certificate,
				 g_get_real_time() / G_USEC_PER_SEC, NULL);
	trust_store_free(trust);
	X509_free(certificate);
	if (host == NULL)
		return FALSE;
	identity_free(host);
	return TRUE;
}

static void
test_peer_trust(Fixture *fixture, gconstpointer unused)
{
	g_autofree char *directory =
		g_build_filename(fixture->top, "other", NULL);
	const Node other = { .directory = directory };
	g_autofree char *ca = node_path(&other, NODE_IDENTITY_CA);
	g_autofree char *leaf = node_path(&other, NODE_HOST_CERT);
	g_auto(CtlRun) made = CTL_RUN(NULL, "init", directory, "--org",
				      "Other City", "--plugin-dir",
				      fixture->plugins);
	g_auto(CtlRun) refused = { 0 }, once = { 0 }, twice = { 0 };

	make(fixture);
	g_assert_cmpint(made.exit_code, ==, 0);
	g_assert_true(lets_in(fixture, &fixture->node.node));
	g_assert_false(lets_in(fixture, &other));
	refused = CTL_RUN(&fixture->node, "peer", "trust", ca, leaf);
	g_assert_cmpint(refused.exit_code, ==, 1);
	ctl_assert_has(refused.err, "no CA's");
	g_assert_false(lets_in(fixture, &other));
	once = CTL_RUN(&fixture->node, "peer", "trust", ca);
	g_assert_cmpint(once.exit_code, ==, 0);
	ctl_assert_has(once.out, "Trusted: hosts of Other City, SHA-256 ");
	g_assert_true(lets_in(fixture, &other));
	g_assert_true(lets_in(fixture, &fixture->node.node));
	twice = CTL_RUN(&fixture->node, "peer", "trust", ca);
	g_assert_cmpint(twice.exit_code, ==, 0);
	ctl_assert_has(twice.out, "Trusted already: hosts of Other City");
}

/* A file that the host would not read is not written to. */
static void
test_peer_trust_elsewhere(Fixture *fixture, gconstpointer unused)
{
	g_autofree char *file = node_path(&fixture->node.node, NODE_CONFIG);
	g_autofree char *ca = node_path(&fixture->node.node, NODE_IDENTITY_CA);
	g_autofree char *text = NULL;
	g_auto(GStrv) parts = NULL;
	g_autofree char *changed = NULL;
	g_auto(CtlRun) run = { 0 };

	make(fixture);
	g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
	parts = g_strsplit(text, "ca_files = " NODE_HOST_CAS, -1);
	g_assert_cmpuint(g_strv_length(parts), ==, 2);
	changed = g_strjoinv("ca_files = elsewhere.pem", parts);
	g_assert_true(g_file_set_contents(file, changed, -1, NULL));
	run = CTL_RUN(&fixture->node, "peer", "trust", ca);
	g_assert_cmpint(run.exit_code, ==, 1);
	ctl_assert_has(run.err, "ca_files = " NODE_HOST_CAS);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("init/the-config-is-one-that-the-host-takes", test_config);
	ADD("init/chaincodes-get-their-modules", test_chaincode_modules);
	ADD("init/plugins-may-come-later", test_no_plugins);
	ADD("init/private-files-are-private", test_modes);
	ADD("init/identities-are-vouched-for", test_identities);
	ADD("init/a-host-can-be-revoked", test_revoke);
	ADD("init/everybody-may-have-p256", test_p256);
	ADD("init/a-host-may-have-an-algorithm-of-its-own",
	    test_host_algorithm);
	ADD("init/people-have-no-secp256k1", test_no_secp256k1_people);
	ADD("init/what-exists-is-kept", test_existing);
	ADD("init/a-failure-leaves-nothing-behind", test_rollback);
	ADD("init/impossible-places-are-explained", test_bad_places);
	ADD("init/hosts-connect-where-one-says", test_peer_listen);
	ADD("peer/trust-lets-an-organisations-hosts-in", test_peer_trust);
	ADD("peer/trust-is-no-use-if-the-host-reads-elsewhere",
	    test_peer_trust_elsewhere);
	ADD("id/new-ones-have-role-and-algorithm", test_id_new);
	ADD("id/further-keys-are-listed", test_id_list);
	ADD("channel/a-chain-gets-a-port", test_channel_open);
	ADD("channel/an-sdk-gets-its-files", test_channel_sdk);
	ADD("grpc/one-address-for-all-chains", test_grpc_open);
	ADD("grpc/sm2-identities-cannot-use-it", test_grpc_sm2);
	ADD("plugin/trust-prints-one-line", test_trust);
	ADD("plugin/sign-makes-what-a-host-checks", test_sign);
	g_test_add_func("/ctl/init/values-go-into-the-sample", test_fill);
	return g_test_run();
}
