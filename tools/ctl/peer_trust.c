/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/peer_trust.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <string.h>

#include "identity/certificate.h"
#include "tools/ctl/hex.h"

#define FILE_MAX (1u << 20)

/* ---- certificates ------------------------------------------------------- */

static void
free_certificate(gpointer certificate)
{
	X509_free(certificate);
}

/* All that a PEM file holds; X509. */
static GPtrArray *
load_certificates(const char *file, GError **error)
{
	g_autoptr(GPtrArray) list =
		g_ptr_array_new_with_free_func(free_certificate);
	gsize len;
	g_autofree char *pem = ctl_read_file(file, FILE_MAX, &len, error);
	BIO *text;
	X509 *one;

	if (pem == NULL)
		return NULL;
	text = BIO_new_mem_buf(pem, (int)len);
	while ((one = PEM_read_bio_X509(text, NULL, NULL, NULL)) != NULL)
		g_ptr_array_add(list, one);
	BIO_free(text);
	return g_steal_pointer(&list);
}

static gboolean
has(const GPtrArray *list, const X509 *certificate)
{
	for (guint i = 0; i < list->len; i++)
		if (X509_cmp(list->pdata[i], certificate) == 0)
			return TRUE;
	return FALSE;
}

static void
append_pem(GString *text, X509 *certificate)
{
	BIO *out = BIO_new(BIO_s_mem());
	char *pem;
	long len;

	PEM_write_bio_X509(out, certificate);
	len = BIO_get_mem_data(out, &pem);
	g_string_append_len(text, pem, len);
	BIO_free(out);
}

static char *
organisation_of(X509 *certificate)
{
	char name[256] = "";

	X509_NAME_get_text_by_NID(X509_get_subject_name(certificate),
				  NID_organizationName, name, sizeof(name));
	return g_utf8_make_valid(name, -1);
}

/* SHA-256, as openssl prints it but for the colons. */
static char *
fingerprint_of(X509 *certificate)
{
	guint8 digest[EVP_MAX_MD_SIZE];
	unsigned int len = 0;

	X509_digest(certificate, EVP_sha256(), digest, &len);
	return ctl_hex_encode(digest, len, FALSE);
}

/* ---- the file ----------------------------------------------------------- */

gboolean
peer_trust_begin(const Node *node, GError **error)
{
	g_autofree char *own = node_path(node, NODE_IDENTITY_CA);
	g_autofree char *file = node_path(node, NODE_HOST_CAS);
	g_autofree char *pem = NULL;
	gsize len;

	return g_file_get_contents(own, &pem, &len, error) &&
	       g_file_set_contents(file, pem, (gssize)len, error);
}

/* A config of one's own may name other files, which would be left as they
 * are. */
static gboolean
check_config(const Node *node, GError **error)
{
	g_autofree char *files =
		node_config_value(node, "peers", "ca_files", error);
	g_autofree char *wanted = node_path(node, NODE_HOST_CAS);
	g_auto(GStrv) list = NULL;

	if (files == NULL)
		return FALSE;
	list = g_strsplit(files, ";", -1);
	for (gsize i = 0; list[i] != NULL; i++) {
		g_autofree char *file = g_canonicalize_filename(
			g_strstrip(list[i]), node->directory);

		if (strcmp(file, wanted) == 0)
			return TRUE;
	}
	return ctl_fail(error, CTL_ERROR_FAILED,
			"the host would not see it: [peers] ca_files in %s/%s "
			"does not list %s\nWrite there ca_files = %s, and "
			"restart the host.",
			node->directory, NODE_CONFIG, NODE_HOST_CAS,
			NODE_HOST_CAS);
}

/* A host refuses a file with anything in it that is no CA. */
static gboolean
check_cas(const char *file, const Args *args, GError **error)
{
	g_autoptr(GPtrArray) files = g_ptr_array_new();
	const char *const none[] = { NULL };
	TrustStore *trust;

	g_ptr_array_add(files, (gpointer)file);
	for (guint i = 0; i < args_operand_count(args); i++)
		g_ptr_array_add(files, (gpointer)args_operand(args, i));
	g_ptr_array_add(files, NULL);
	trust = trust_store_new_for_hosts((const char *const *)files->pdata,
					  none, FALSE, error);
	trust_store_free(trust);
	return trust != NULL;
}

/* ---- the command -------------------------------------------------------- */

static json_t *
describe(X509 *certificate, gboolean is_new)
{
	g_autofree char *organisation = organisation_of(certificate);
	g_autofree char *fingerprint = fingerprint_of(certificate);

	return json_pack("{s:s, s:s, s:b}", "organisation", organisation,
			 "sha256", fingerprint, "new", is_new);
}

/* Adds what one file holds to those that are there; what it holds, told. */
static gboolean
take_file(const char *file, GPtrArray *there, json_t *told, GError **error)
{
	g_autoptr(GPtrArray) given = load_certificates(file, error);

	for (guint i = 0; given != NULL && i < given->len; i++) {
		gboolean is_new = !has(there, given->pdata[i]);

		json_array_append_new(told, describe(given->pdata[i], is_new));
		if (!is_new)
			continue;
		X509_up_ref(given->pdata[i]);
		g_ptr_array_add(there, given->pdata[i]);
	}
	return given != NULL;
}

static gboolean
save(const GPtrArray *list, const char *file, GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < list->len; i++)
		append_pem(text, list->pdata[i]);
	return g_file_set_contents(file, text->str, (gssize)text->len, error);
}

static void
print_told(const Output *output, const json_t *told)
{
	for (gsize i = 0; i < json_array_size(told); i++) {
		const json_t *one = json_array_get(told, i);

		fprintf(output->file, "%s: hosts of %s, SHA-256 %s\n",
			json_is_true(json_object_get(one, "new"))
				? "Trusted"
				: "Trusted already",
			json_string_value(json_object_get(one, "organisation")),
			json_string_value(json_object_get(one, "sha256")));
	}
}

static gboolean
trust(const Args *args, const char *file, json_t *told, GError **error)
{
	g_autoptr(GPtrArray) there = load_certificates(file, error);

	if (there == NULL || !check_cas(file, args, error))
		return FALSE;
	for (guint i = 0; i < args_operand_count(args); i++)
		if (!take_file(args_operand(args, i), there, told, error))
			return FALSE;
	return save(there, file, error);
}

gboolean
run_peer_trust(Ctl *ctl, const Args *args, GError **error)
{
	const Node *node = ctl_node(ctl, error);
	g_autofree char *file = NULL;
	json_t *told;
	gboolean ok;

	if (node == NULL || node_directory(node, error) == NULL ||
	    !check_config(node, error))
		return FALSE;
	file = node_path(node, NODE_HOST_CAS);
	/* Directories of earlier versions have none. */
	if (!g_file_test(file, G_FILE_TEST_EXISTS) &&
	    !peer_trust_begin(node, error))
		return FALSE;
	told = json_array();
	ok = trust(args, file, told, error);
	if (ok && ctl->output.json)
		output_json(&ctl->output, told);
	else if (ok)
		print_told(&ctl->output, told);
	json_decref(told);
	return ok;
}
