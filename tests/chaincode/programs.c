/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/chaincode/programs.h"

#include <string.h>

#include "plugins/chaincode/package.h"

#define HERE "tests/chaincode/"

Peer *
programs_peer(void)
{
	static const char *paths[] = { "/usr", "/bin", "/lib", "/lib64",
				       "/etc/ld.so.cache", NULL, NULL, NULL };
	static char *modules;
	IoConfig config = { .child_paths = paths,
			    .child_memory_max = (guint64)8 << 30,
			    .child_files_max = 256 };
	Peer *peer;

	if (modules == NULL)
		modules = g_test_build_filename(G_TEST_DIST,
						HERE "node_modules", NULL);
	paths[5] = g_getenv("G_TEST_BUILDDIR");
	paths[6] = modules;
	peer = peer_new(&config);
	runtime_host.node_path = modules;
	return peer;
}

static void
add_files(GArray *files, const char *directory, const char *prefix)
{
	g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
	const char *name;

	g_assert_nonnull(dir);
	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(directory, name, NULL);
		g_autofree char *inside = g_strconcat(prefix, name, NULL);
		ChaincodeFile file = { .path = inside };
		char *data;
		gsize len;

		if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
			g_autofree char *deeper =
				g_strconcat(inside, "/", NULL);

			add_files(files, path, deeper);
			continue;
		}
		g_assert_true(g_file_get_contents(path, &data, &len, NULL));
		file.data = bsn_slice_of(data, len);
		file.path = g_steal_pointer(&inside);
		g_array_append_val(files, file);
	}
}

GByteArray *
programs_pack(GTestFileType where, const char *directory, const char *label)
{
	g_autofree char *path = g_test_build_filename(where, directory, NULL);
	GArray *files = g_array_new(FALSE, FALSE, sizeof(ChaincodeFile));
	GByteArray *package = g_byte_array_new();

	add_files(files, path, "src/");
	g_assert_cmpint(chaincode_package_write(
				label, "node", "",
				(const ChaincodeFile *)(gpointer)files->data,
				files->len, package, NULL),
			==, BSN_OK);
	for (guint i = 0; i < files->len; i++) {
		g_free((char *)g_array_index(files, ChaincodeFile, i).path);
		g_free((guint8 *)g_array_index(files, ChaincodeFile, i)
			       .data.data);
	}
	g_array_unref(files);
	return package;
}

char *
programs_start(Peer *peer, const char *directory, const char *label)
{
	g_autofree char *path = g_strconcat(HERE, directory, NULL);
	g_autoptr(GByteArray) package =
		programs_pack(G_TEST_DIST, path, label);
	g_autofree char *hash = g_compute_checksum_for_data(
		G_CHECKSUM_SHA256, package->data, package->len);
	char *id = g_strconcat(label, ":", hash, NULL);
	bsn_err err = BSN_ERR_INIT;

	if (peer_start(peer, id, package, &err) != BSN_OK)
		g_error("%s: %s", directory, err.reason);
	return id;
}

void
programs_expect(Peer *peer, const char *package_id, const char *arguments,
		gint32 code, const char *answer)
{
	g_autoptr(PeerCall) call = peer_call(peer, package_id, arguments);

	if (call->status != BSN_OK)
		g_error("%s: status %d: %s", arguments, call->status,
			call->reason);
	g_assert_cmpint(call->code, ==, code);
	g_assert_cmpstr(code < 400 ? call->payload->str : call->message, ==,
			answer);
}
