/* SPDX-License-Identifier: Apache-2.0
 *
 * The config file: what is accepted, and what its errors say.
 */
#include "host/config/config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "host/config/address.h"

#define NAME "[node]\nname = n1\n"

static Config *
parse(const char *text)
{
	g_autoptr(GError) error = NULL;
	Config *config =
		config_parse(text, strlen(text), "/etc/x/f.conf", &error);

	g_assert_no_error(error);
	g_assert_nonnull(config);
	return config;
}

static void
assert_refused(const char *text, gsize len, const char *expected)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(config_parse(text, len, "FILE", &error));
	g_assert_nonnull(error);
	g_assert_cmpstr(error->message, ==, expected);
}

/* ---- what is accepted ---- */

static void
test_defaults(void)
{
	g_autoptr(Config) config = parse(NAME);

	g_assert_cmpstr(config->node_name, ==, "n1");
	g_assert_cmpstr(config->node_data_directory, ==, "/etc/x/data");
	g_assert_cmpuint(config->node_workers, ==, 0);
	g_assert_cmpstr(config->gateway_listen, ==, "127.0.0.1:8443");
	g_assert_cmpstr(config->gateway_tls_certificate, ==,
			"/etc/x/tls/server.pem");
	g_assert_cmpstr(config->gateway_tls_key, ==, "/etc/x/tls/server.key");
	g_assert_cmpuint(config->gateway_body_max, ==, 8 << 20);
	g_assert_cmpuint(config->gateway_header_max, ==, 16 << 10);
	g_assert_cmpuint(config->gateway_connections_max, ==, 1024);
	g_assert_cmpuint(config->gateway_batch_max, ==, 2000);
	g_assert_cmpuint(config->gateway_event_streams_max, ==, 512);
	g_assert_cmpuint(config->gateway_rpc_batch_max, ==, 1000);
	g_assert_null(config->gateway_rpc_origins[0]);
	g_assert_cmpuint(config->gateway_websockets_max, ==, 512);
	g_assert_cmpuint(config->gateway_idle_timeout_s, ==, 60);
	g_assert_cmpuint(config->gateway_request_timeout_s, ==, 30);
	g_assert_cmpuint(config->gateway_wait_max_ms, ==, 60000);
	g_assert_null(config->peers_listen[0]);
	g_assert_null(config->peers_connect[0]);
	g_assert_cmpstr(config->peers_certificate, ==, "/etc/x/peers/host.pem");
	g_assert_cmpstr(config->peers_ca_files[0], ==, "/etc/x/peers/ca.pem");
	g_assert_null(config->peers_crl_files[0]);
	g_assert_null(config->peers_allow[0]);
	g_assert_cmpuint(config->peers_queue_max, ==, 32 << 20);
	g_assert_cmpstr(config->peers_overflow, ==, "drop-oldest");
	g_assert_cmpstr(config->identity_ca_files[0], ==, "/etc/x/ca/ca.pem");
	g_assert_null(config->identity_ca_files[1]);
	g_assert_cmpuint(config->identity_clock_skew_s, ==, 300);
	g_assert_cmpstr(config->keystore_passphrase_file, ==,
			"/etc/x/keystore.pass");
	g_assert_true(g_path_is_absolute(config->plugins_directories[0]));
	g_assert_cmpstr(config->plugins_frameworks[0], ==, "fisco");
	g_assert_null(config->plugins_frameworks[1]);
	g_assert_null(config->plugins_trust_digests[0]);
	g_assert_null(config->plugins_trust_keys[0]);
	g_assert_cmpstr(config->plugins_require, ==, "none");
	g_assert_null(config->plugins_conformance_keys[0]);
	g_assert_cmpuint(config->plugins_scan_timeout_ms, ==, 10000);
	g_assert_null(config->io_listen[0]);
	g_assert_null(config->io_connect[0]);
	g_assert_cmpuint(config->io_connections_max, ==, 256);
	g_assert_cmpuint(config->io_queue_max, ==, 8 << 20);
	g_assert_cmpuint(config->io_child_memory_max, ==, 1 << 30);
	g_assert_cmpstr(config->io_child_cgroup, ==, "");
	g_assert_cmpstr(config->io_child_paths[0], ==, "/usr");
	g_assert_cmpstr(config->io_child_confinement, ==, "required");
	g_assert_null(config->chains_parallel[0]);
	g_assert_cmpuint(config->chains_parallel_max, ==, 16);
	g_assert_cmpuint(config->store_map_size, ==, (guint64)64 << 20);
	g_assert_cmpuint(config->store_map_size_max, ==, (guint64)64 << 30);
	g_assert_cmpuint(config->store_reserve, ==, (guint64)256 << 20);
	g_assert_cmpuint(config->store_pending_max, ==, (guint64)512 << 20);
	g_assert_cmpuint(config->store_journal_max, ==, (guint64)2 << 30);
	g_assert_cmpstr(config->ops_listen, ==, "127.0.0.1:9464");
	g_assert_cmpstr(config->log_level, ==, "info");
	g_assert_cmpstr(config->log_format, ==, "text");
}

static void
test_values(void)
{
	g_autoptr(Config) config = parse(
		"# comment\r\n"
		"  [node]  \r\n"
		"name=n-1.b_c\t\r\n"
		"data_directory = /var/lib/bsn\n"
		"workers=3\n"
		"\n"
		"[gateway]\n"
		"listen = [::]:0\n"
		"body_max = 1K\n"
		"header_max = 1048576\n"
		"[store]\n"
		"map_size = 1G\n"
		"[plugins]\n"
		"directories = /a; b/../c ;;\n"
		"trust_digests = sm3:0123456789abcdef0123456789abcdef"
		"0123456789abcdef0123456789abcdef\n"
		"frameworks =\n"
		"require = L2\n"
		"conformance_keys = lab.pem; /keys/bsn.pem\n"
		"[peers]\n"
		"listen = 127.0.0.1:8400; [::1]:8400\n"
		"allow = host n@Acme; certificate 0123456789abcdef0123456789abc"
		"def0123456789abcdef0123456789abcdef\n"
		"[chains]\n"
		"parallel = xuper; *\n"
		"parallel_max = 1024\n"
		"[identity]\n"
		"ca_files = ../ca.pem;/x y.pem\n"
		"[gateway]\n"
		"batch_max = 1\n");

	g_assert_cmpstr(config->node_name, ==, "n-1.b_c");
	g_assert_cmpstr(config->node_data_directory, ==, "/var/lib/bsn");
	g_assert_cmpuint(config->node_workers, ==, 3);
	g_assert_cmpstr(config->gateway_listen, ==, "[::]:0");
	g_assert_cmpuint(config->gateway_body_max, ==, 1024);
	g_assert_cmpuint(config->gateway_header_max, ==, 1 << 20);
	g_assert_cmpuint(config->gateway_batch_max, ==, 1);
	g_assert_cmpuint(config->store_map_size, ==, 1 << 30);
	g_assert_cmpstr(config->plugins_directories[0], ==, "/a");
	g_assert_cmpstr(config->plugins_directories[1], ==, "/etc/x/c");
	g_assert_null(config->plugins_directories[2]);
	g_assert_true(g_str_has_suffix(config->plugins_trust_digests[0],
				       "abcdef"));
	g_assert_null(config->plugins_frameworks[0]);
	g_assert_cmpstr(config->plugins_require, ==, "L2");
	g_assert_cmpstr(config->plugins_conformance_keys[0], ==,
			"/etc/x/lab.pem");
	g_assert_cmpstr(config->plugins_conformance_keys[1], ==,
			"/keys/bsn.pem");
	g_assert_cmpstr(config->peers_listen[1], ==, "[::1]:8400");
	g_assert_cmpstr(config->chains_parallel[0], ==, "xuper");
	g_assert_cmpstr(config->chains_parallel[1], ==, "*");
	g_assert_cmpuint(config->chains_parallel_max, ==, 1024);
	g_assert_cmpstr(config->peers_allow[0], ==, "host n@Acme");
	g_assert_cmpstr(config->identity_ca_files[0], ==, "/etc/ca.pem");
	g_assert_cmpstr(config->identity_ca_files[1], ==, "/x y.pem");
}

static void
test_relative_name(void)
{
	g_autofree char *here = g_get_current_dir();
	g_autofree char *expected = g_build_filename(here, "d", "data", NULL);
	g_autoptr(Config) config =
		config_parse(NAME, strlen(NAME), "d/f.conf", NULL);

	g_assert_nonnull(config);
	g_assert_cmpstr(config->node_data_directory, ==, expected);
}

static void
test_load(void)
{
	g_autofree char *dir = g_dir_make_tmp("bsn-config-XXXXXX", NULL);
	g_autofree char *file = g_build_filename(dir, "f.conf", NULL);
	g_autofree char *data = g_build_filename(dir, "data", NULL);
	g_autofree char *expected = g_strdup_printf(
		"%s: cannot be read: No such file or directory; `bsnctl init` "
		"makes a node's directory with a config",
		file);
	g_autoptr(GError) error = NULL;
	g_autoptr(Config) config = NULL;

	g_assert_null(config_load(file, &error));
	g_assert_cmpstr(error->message, ==, expected);
	g_clear_error(&error);
	g_assert_null(config_load(dir, &error));
	g_assert_nonnull(strstr(error->message, "Is a directory"));
	g_clear_error(&error);
	g_assert_true(g_file_set_contents(file, NAME, -1, NULL));
	config = config_load(file, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(config->node_data_directory, ==, data);
	g_assert_cmpint(g_remove(file), ==, 0);
	g_assert_cmpint(g_rmdir(dir), ==, 0);
}

/* ---- what is refused ---- */

static const struct {
	const char *text, *expected;
} refusals[] = {
	{ "", "FILE: [node] name is missing; add it, like \"name = node1\"" },
	{ NAME "[gateway]\nbody_max = 5\n",
	  "FILE:4: [gateway] body_max = 5 is below 1024; give 1024 to 67108864" },
	{ NAME "[gateway]\nbody_max = 1G\n",
	  "FILE:4: [gateway] body_max = 1G is above 67108864; give 1024 to "
	  "67108864" },
	{ NAME "[gateway]\nbody_max = 8 M\n",
	  "FILE:4: [gateway] body_max = 8 M is no size; give 1024 to 67108864, "
	  "or with K, M or G" },
	{ NAME "[gateway]\nbody_max = 18446744073709551616\n",
	  "FILE:4: [gateway] body_max = 18446744073709551616 is no size; give "
	  "1024 to 67108864, or with K, M or G" },
	{ NAME "[gateway]\nbody_max = 9999999999999999999G\n",
	  "FILE:4: [gateway] body_max = 9999999999999999999G is no size; give "
	  "1024 to 67108864, or with K, M or G" },
	{ NAME "[gateway]\nbatch_max = 1K\n",
	  "FILE:4: [gateway] batch_max = 1K is no whole number; give 1 to "
	  "100000" },
	{ NAME "[gateway]\nrpc_origins = https://app.example/\n",
	  "FILE:4: [gateway] rpc_origins = https://app.example/ has an item "
	  "that is no origin; give * or items like https://app.example:8080" },
	{ NAME "[gateway]\nbatch_max = -1\n",
	  "FILE:4: [gateway] batch_max = -1 is no whole number; give 1 to "
	  "100000" },
	{ NAME "[gateway]\nbatch_max =\n",
	  "FILE:4: [gateway] batch_max =  is no whole number; give 1 to "
	  "100000" },
	{ NAME "[gateway]\nbodymax = 5\n",
	  "FILE:4: [gateway] has no key bodymax; did you mean body_max?" },
	{ NAME "[gateway]\nmap_size = 5\n",
	  "FILE:4: [gateway] has no key map_size; did you mean [store] "
	  "map_size?" },
	{ NAME "[log]\ncolour = red\n",
	  "FILE:4: [log] has no key colour; it has level, format" },
	{ NAME "[gatway]\n",
	  "FILE:3: there is no group [gatway]; did you mean [gateway]?" },
	{ NAME "[database]\n",
	  "FILE:3: there is no group [database]; there are [node] [gateway] "
	  "[channel] [grpc] [peers] [identity] [keystore] [plugins] [io] "
	  "[chains] [compiler] [store] [ops] [log] and [plugin ID]" },
	{ NAME "[plugin ]\n",
	  "FILE:3: there is no group [plugin ]; did you mean [plugins]?" },
	{ NAME "[plugin a/b]\n",
	  "FILE:3: there is no group [plugin a/b]; there are [node] [gateway] "
	  "[channel] [grpc] [peers] [identity] [keystore] [plugins] [io] "
	  "[chains] [compiler] [store] [ops] [log] and [plugin ID]" },
	{ NAME "[plugin a.b]\nno de = 1\n",
	  "FILE:4: [plugin a.b] no de is no name of a setting; it has 1 to 63 "
	  "letters, digits, _ and -" },
	{ NAME "[plugin a.b]\nx = 1\n[plugin c]\nx = 1\n[plugin a.b]\nx =\n",
	  "FILE:8: [plugin a.b] x is set in line 4 already; remove one of the "
	  "two" },
	{ NAME "[plugin a.b]\nx\n",
	  "FILE:4: \"x\" is neither [group] nor key = value; begin a comment "
	  "with #" },
	{ NAME "[peers]\nconnect = node2:8400\n",
	  "FILE:4: [peers] connect = node2:8400 is no numeric address with a "
	  "port; give one like 127.0.0.1:8443 or [::1]:8443" },
	{ NAME "[peers]\ndeny = organisation Acme; address 10.0.0.0/33\n",
	  "FILE:4: [peers] deny = organisation Acme; address 10.0.0.0/33 has an "
	  "item that names no hosts; give items like address 10.1.0.0/16, "
	  "organisation Acme, host node1@Acme or certificate and 64 hex "
	  "digits" },
	{ NAME "[peers]\nqueue_max = 16M\n",
	  "FILE:4: [peers] queue_max = 16M is below 17825792; give 17825792 to "
	  "4294967296" },
	{ NAME "[channel]\nlisten = 127.0.0.1:20200\n",
	  "FILE:4: [channel] listen = 127.0.0.1:20200 has an item that is no "
	  "name with a numeric address and port; give items like bank "
	  "127.0.0.1:20200" },
	{ NAME "[store\n", "FILE:3: \"[store\" has no ] at its end" },
	{ NAME "workers = 1\n[log]\n[node]\nworkers = 1\n",
	  "FILE:6: [node] workers is set in line 3 already; remove one of the "
	  "two" },
	{ "name = n1\n", "FILE:1: a key stands before the first [group]" },
	{ NAME "hello\n",
	  "FILE:3: \"hello\" is neither [group] nor key = value; begin a "
	  "comment with #" },
	{ NAME "= 5\n",
	  "FILE:3: \"= 5\" is neither [group] nor key = value; begin a comment "
	  "with #" },
	{ "[node]\nname = a b\n",
	  "FILE:2: [node] name = a b is no name; give 1 to 63 letters, digits, "
	  "'.', '_' or '-'" },
	{ NAME "[chains]\nparallel = xuper;Root\n",
	  "FILE:4: [chains] parallel = xuper;Root has an item that is no "
	  "chain's name; give * or names of 1 to 63 of a-z, 0-9 and -" },
	{ NAME "[chains]\nparallel_max = 0\n",
	  "FILE:4: [chains] parallel_max = 0 is below 1; give 1 to 1024" },
	{ NAME "data_directory =\n",
	  "FILE:3: [node] data_directory =  is empty; give a path" },
	{ NAME "[gateway]\nlisten = localhost:8443\n",
	  "FILE:4: [gateway] listen = localhost:8443 is no numeric address with "
	  "a port; give one like 127.0.0.1:8443 or [::1]:8443" },
	{ NAME "[ops]\nlisten = 0.0.0.0:9464\n",
	  "FILE:4: [ops] listen = 0.0.0.0:9464 can be reached from other "
	  "machines; give 127.0.0.1 or [::1] and a port" },
	{ NAME "[log]\nlevel = loud\n",
	  "FILE:4: [log] level = loud is none of its words; give one of error, "
	  "warning, info, debug" },
	{ NAME "[identity]\nca_files = ;\n",
	  "FILE:4: [identity] ca_files = ; is empty; give at least one, "
	  "separated by ;" },
	{ NAME "[io]\nlisten = 127.0.0.1:7052\n",
	  "FILE:4: [io] listen = 127.0.0.1:7052 has an item that is no name "
	  "with a numeric address and port; give items like bank "
	  "127.0.0.1:20200" },
	{ NAME "[io]\nchild_confinement = perhaps\n",
	  "FILE:4: [io] child_confinement = perhaps is none of its words; give "
	  "one of required, possible" },
	{ NAME "[compiler]\nsolidity = solc 'a\n",
	  "FILE:4: [compiler] solidity = solc 'a is no command line; quote "
	  "words as for a shell" },
	{ NAME "[plugins]\ntrust_digests = sm3:12\n",
	  "FILE:4: [plugins] trust_digests = sm3:12 has an item that is no "
	  "digest; give sm3: and 64 lower-case hex digits each" },
	{ NAME "[plugins]\nrequire = L5\n",
	  "FILE:4: [plugins] require = L5 is none of its words; give one of "
	  "none, L0, L1, L2, L3, L4" },
	{ NAME "[plugins]\nrequire = L2\n",
	  "FILE:4: [plugins] require = L2, but nobody may certify it; give the "
	  "public key of whoever does in conformance_keys" },
	{ NAME "[store]\nmap_size = 1G\nmap_size_max = 512M\n",
	  "FILE:4: [store] map_size is above map_size_max; give it 536870912 "
	  "at most" },
	{ NAME "[log]\nlevel = \x01"
	  "012345678901234567890123456789012345678901234567890123456789\n",
	  "FILE:4: [log] level = "
	  "?01234567890123456789012345678901234567890123456789012345678... is "
	  "none of its words; give one of error, warning, info, debug" },
	{ NAME "\n# \xff\n",
	  "FILE:4: a byte is no UTF-8 text; write the file as UTF-8" },
};

static void
test_refusals(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(refusals); i++)
		assert_refused(refusals[i].text, strlen(refusals[i].text),
			       refusals[i].expected);
}

static void
test_bytes(void)
{
	g_autofree char *large = g_strnfill(CONFIG_FILE_MAX + 1, '\n');

	assert_refused("\0", 1,
		       "FILE:1: a byte is no UTF-8 text; write the file as "
		       "UTF-8");
	assert_refused(large, CONFIG_FILE_MAX + 1,
		       "FILE: has more than 262144 bytes; that is no config "
		       "file");
}

/* ---- addresses ---- */

static void
test_addresses(void)
{
	static const char *const bad[] = {
		"",	     ":80",	       "127.0.0.1",    "127.0.0.1:",
		"1.2.3:80",  "127.0.0.1:65536", "127.0.0.1:+80", "::1:80",
		"[::1]",     "[::1",	       "[::1]80",      "[::1]:x",
		"[]:80",     "256.0.0.1:80",   "[::g]:80",     "host:80",
	};
	static const struct {
		const char *text;
		gboolean loopback;
	} good[] = {
		{ "127.0.0.1:80", TRUE },  { "127.9.9.9:65535", TRUE },
		{ "0.0.0.0:0", FALSE },	   { "10.0.0.1:80", FALSE },
		{ "[::1]:80", TRUE },	   { "[::]:80", FALSE },
	};
	Address address;

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
		if (address_parse(bad[i], &address))
			g_error("\"%s\" was taken", bad[i]);
	for (guint i = 0; i < G_N_ELEMENTS(good); i++) {
		g_assert_true(address_parse(good[i].text, &address));
		g_assert_cmpint(address_is_loopback(&address), ==,
				good[i].loopback);
	}
}

/* ---- command lines ---- */

static void
test_commands(void)
{
	g_autoptr(Config) none = parse(NAME);
	g_autoptr(Config) config = parse(
		NAME "[compiler]\nsolidity = bin/solc 'a b' --standard-json\n");
	g_autoptr(Config) found = parse(NAME "[compiler]\nsolidity = solc\n");

	g_assert_null(none->compiler_solidity[0]);
	g_assert_true(g_path_is_absolute(config->compiler_solidity[0]));
	g_assert_true(
		g_str_has_suffix(config->compiler_solidity[0], "/bin/solc"));
	g_assert_cmpstr(config->compiler_solidity[1], ==, "a b");
	g_assert_cmpuint(g_strv_length(config->compiler_solidity), ==, 3);
	g_assert_cmpstr(found->compiler_solidity[0], ==, "solc");
}

static void
test_settings(void)
{
	static const char *const expected[] = {
		"a.b node=/usr/bin/node --max", "c_d-E empty=",
		"a.b path=x = y; z", NULL
	};
	g_autoptr(Config) config =
		parse(NAME "[plugin a.b]\nnode =  /usr/bin/node --max \n"
			   "[plugin c_d-E]\nempty =\n[log]\nlevel = debug\n"
			   "[plugin a.b]\npath=x = y; z\n");
	g_autoptr(Config) without = parse(NAME);

	g_assert_cmpstrv(config->plugin_settings, expected);
	g_assert_cmpstrv(without->plugin_settings, &expected[3]);
}

/* ---- the sample ---- */

static void
test_sample_file(void)
{
	g_autofree char *file = g_build_filename(
		g_getenv("G_TEST_SRCDIR"), "configs", "bsn-hostd.conf", NULL);
	g_autofree char *sample = config_sample();
	g_autofree char *text = NULL;

	g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
	g_assert_cmpstr(text, ==, sample);
}

static void
test_sample_is_the_default(void)
{
	g_autofree char *sample = config_sample();
	g_autoptr(Config) config = parse(sample);
	g_autoptr(Config) standard = parse("[node]\nname = node1\n");

	g_assert_cmpstr(config->node_name, ==, standard->node_name);
	g_assert_cmpstr(config->identity_ca_files[0], ==,
			standard->identity_ca_files[0]);
	g_assert_cmpstr(config->plugins_directories[0], ==,
			standard->plugins_directories[0]);
	g_assert_cmpuint(config->gateway_body_max, ==,
			 standard->gateway_body_max);
	g_assert_cmpuint(config->store_pending_max, ==,
			 standard->store_pending_max);
	g_assert_cmpstr(config->ops_listen, ==, standard->ops_listen);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/config/defaults/suit-a-node-directory",
			test_defaults);
	g_test_add_func("/config/values/are-typed-and-absolute", test_values);
	g_test_add_func("/config/values/relative-paths-begin-at-the-file",
			test_relative_name);
	g_test_add_func("/config/load/reads-a-file-or-says-why-not",
			test_load);
	g_test_add_func("/config/errors/name-line-key-and-remedy",
			test_refusals);
	g_test_add_func("/config/errors/foreign-bytes-are-refused",
			test_bytes);
	g_test_add_func("/config/address/numeric-with-port-only",
			test_addresses);
	g_test_add_func("/config/commands/are-words-as-in-a-shell",
			test_commands);
	g_test_add_func("/config/plugins/have-settings-of-their-own",
			test_settings);
	g_test_add_func("/config/sample/is-the-file-that-is-installed",
			test_sample_file);
	g_test_add_func("/config/sample/holds-the-defaults",
			test_sample_is_the_default);
	return g_test_run();
}
