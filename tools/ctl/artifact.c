/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/artifact.h"

#include <string.h>

#include "tools/ctl/ctl.h"
#include "tools/ctl/hex.h"

void
artifact_free(Artifact *artifact)
{
	if (artifact == NULL)
		return;
	g_free(artifact->name);
	g_free(artifact->bytecode);
	json_decref(artifact->abi);
	json_decref(artifact->check);
	g_free(artifact);
}

static const char *
code_of(json_t *contract)
{
	const char *code =
		json_string_value(json_object_get(contract, "bytecode"));

	return code != NULL && strlen(code) > strlen("0x") ? code : NULL;
}

static char *
names_of(json_t *contracts)
{
	GString *names = g_string_new(NULL);
	const char *name;
	json_t *contract;

	json_object_foreach(contracts, name, contract)
		if (code_of(contract) != NULL)
			g_string_append_printf(names, "%s%s",
					       names->len > 0 ? ", " : "",
					       name);
	return g_string_free(names, FALSE);
}

/* The name of the one contract with code; NULL with an error. */
static const char *
only_name(json_t *contracts, const char *file, GError **error)
{
	g_autofree char *names = names_of(contracts);
	const char *found = NULL;
	const char *name;
	json_t *contract;
	guint n = 0;

	json_object_foreach(contracts, name, contract)
		if (code_of(contract) != NULL) {
			found = name;
			n++;
		}
	if (n == 1)
		return found;
	if (n == 0)
		ctl_fail(error, CTL_ERROR_FAILED,
			 "%s has no contract with code\nAbstract contracts and "
			 "interfaces cannot be deployed.",
			 file);
	else
		ctl_fail(error, CTL_ERROR_FAILED,
			 "%s has several contracts\nName one of them as "
			 "%s:NAME: %s.",
			 file, file, names);
	return NULL;
}

/* Without source lines where the compiler told none. */
static json_t *
check_options(json_t *root, json_t *contract)
{
	json_t *abi = json_object_get(contract, "abi");
	json_t *sources = json_object_get(root, "sources");
	json_t *map = json_object_get(contract, "sourceMap");
	json_t *deployed = json_object_get(contract, "deployedSourceMap");
	json_t *options = json_object();

	if (json_is_array(abi))
		json_object_set(options, "abi", abi);
	if (!json_is_array(sources))
		return options;
	json_object_set(options, "sources", sources);
	if (json_is_string(map))
		json_object_set(options, "source_map", map);
	if (json_is_string(deployed))
		json_object_set(options, "deployed_source_map", deployed);
	return options;
}

static Artifact *
take(json_t *root, const char *name, json_t *contract, const char *file,
     GError **error)
{
	const char *code = code_of(contract);
	g_autoptr(GBytes) bytes = code != NULL ? ctl_hex_decode(code) : NULL;
	Artifact *artifact;

	if (bytes == NULL) {
		ctl_fail(error, CTL_ERROR_FAILED,
			 "%s: contract %s %s\nCompile it with 'bsnctl contract "
			 "compile'.",
			 file, name,
			 code == NULL ? "has no bytecode"
				      : "has bytecode that is not hexadecimal");
		return NULL;
	}
	artifact = g_new0(Artifact, 1);
	artifact->name = g_strdup(name);
	artifact->bytecode = ctl_hex_encode(g_bytes_get_data(bytes, NULL),
					g_bytes_get_size(bytes), TRUE);
	artifact->abi = json_incref(json_object_get(contract, "abi"));
	artifact->check = check_options(root, contract);
	return artifact;
}

static Artifact *
choose(json_t *root, const char *file, const char *name, GError **error)
{
	json_t *contracts = json_object_get(root, "contracts");
	g_autofree char *names = NULL;

	if (contracts == NULL)
		return take(root, name != NULL ? name : "", root, file,
			    error);
	if (name == NULL)
		name = only_name(contracts, file, error);
	if (name == NULL)
		return NULL;
	if (json_object_get(contracts, name) != NULL)
		return take(root, name, json_object_get(contracts, name), file,
			    error);
	names = names_of(contracts);
	ctl_fail(error, CTL_ERROR_FAILED, "%s has no contract %s\nIt has: %s.",
		 file, name, names);
	return NULL;
}

Artifact *
artifact_parse(char *text, const char *file, const char *name, GError **error)
{
	json_error_t where;
	json_t *root;
	Artifact *artifact;

	g_strstrip(text);
	if (*text != '{') {
		root = json_pack("{s:s}", "bytecode", text);
		if (root == NULL)
			root = json_object();
	} else {
		root = json_loads(text, JSON_REJECT_DUPLICATES, &where);
	}
	if (root == NULL) {
		ctl_fail(error, CTL_ERROR_FAILED,
			 "%s is no artifact: line %d, column %d: %s\nCompile "
			 "one with 'bsnctl contract compile FILE.sol -o "
			 "FILE.json'.",
			 file, where.line, where.column, where.text);
		return NULL;
	}
	artifact = choose(root, file, name, error);
	json_decref(root);
	return artifact;
}

/* What chains take as it is: a package that a framework unpacks itself, gzip (RFC
 * 1952), or a WebAssembly module (Core Specification, 5.5.16). */
static gboolean
is_code(const char *bytes, gsize len)
{
	return (len > 2 && memcmp(bytes, "\x1f\x8b", 2) == 0) ||
	       (len >= 8 && memcmp(bytes, "\0asm\x01\0\0\0", 8) == 0);
}

static Artifact *
of_code(const char *bytes, gsize len)
{
	Artifact *artifact = g_new0(Artifact, 1);

	artifact->name = g_strdup("");
	artifact->bytecode = ctl_hex_encode((const guint8 *)bytes, len,
					    TRUE);
	artifact->check = json_object();
	return artifact;
}

Artifact *
artifact_load(const char *spec, GError **error)
{
	const char *colon = strrchr(spec, ':');
	gboolean whole = colon == NULL || g_file_test(spec, G_FILE_TEST_EXISTS);
	g_autofree char *file =
		whole ? g_strdup(spec) : g_strndup(spec, (gsize)(colon - spec));
	g_autofree char *text = NULL;
	gsize len;

	text = ctl_read_file(file, ARTIFACT_MAX, &len, error);
	if (text == NULL)
		return NULL;
	if (whole && is_code(text, len))
		return of_code(text, len);
	return artifact_parse(text, file, whole ? NULL : colon + 1, error);
}
