/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/organisations.h"

#include <string.h>

#include "identity/certificate.h"

#define CA_FILE_MAX (1u << 20)
#define PEM_BEGIN "-----BEGIN CERTIFICATE-----"
#define PEM_END "-----END CERTIFICATE-----"

/* Each certificate of a file as a text of its own. */
static gboolean
add_certificates(json_t *roots, const char *file, GError **error)
{
	gsize len;
	g_autofree char *text = ctl_read_file(file, CA_FILE_MAX, &len, error);
	const size_t before = json_array_size(roots);
	const char *at = text;

	if (text == NULL)
		return FALSE;
	while ((at = strstr(at, PEM_BEGIN)) != NULL) {
		const char *end = strstr(at, PEM_END);
		g_autofree char *pem = NULL;

		if (end == NULL)
			break;
		end += strlen(PEM_END);
		pem = g_strdup_printf("%.*s\n", (int)(end - at), at);
		json_array_append_new(roots, json_string(pem));
		at = end;
	}
	if (json_array_size(roots) > before)
		return TRUE;
	return ctl_fail(error, CTL_ERROR_USAGE,
			"%s has no certificate in PEM\nA host's CA is "
			"ca/identity-ca.pem of its node directory.",
			file);
}

/* By which units certificates of ours tell roles: nodes both endorse and
 * order. */
static json_t *
units(void)
{
	const char *node = role_name(ROLE_NODE);

	return json_pack("{s:s, s:s, s:s, s:s}", "client",
			 role_name(ROLE_CLIENT), "peer", node, "admin",
			 role_name(ROLE_ADMIN), "orderer", node);
}

static gboolean
add_one(json_t *list, const char *option, GError **error)
{
	const char *equals = strchr(option, '=');
	g_autofree char *name = NULL;
	g_auto(GStrv) files = NULL;
	json_t *roots;

	if (equals == NULL || equals == option || equals[1] == '\0')
		return ctl_fail(error, CTL_ERROR_USAGE,
				"--org %s has no name and CA\nWrite --org "
				"Org1MSP=node1/ca/identity-ca.pem; several CAs "
				"with commas between them.",
				option);
	name = g_strndup(option, (gsize)(equals - option));
	files = g_strsplit(equals + 1, ",", -1);
	roots = json_array();
	json_array_append_new(list, json_pack("{s:s, s:o, s:o}", "msp_id", name,
					      "root_certs", roots, "node_ous",
					      units()));
	for (guint i = 0; files[i] != NULL; i++)
		if (!add_certificates(roots, files[i], error))
			return FALSE;
	return TRUE;
}

gboolean
organisations_add(json_t *config, const Args *args, GError **error)
{
	g_autoptr(GPtrArray) options = args_option_all(args, "org");
	json_t *list;

	if (options->len == 0)
		return TRUE;
	if (json_object_get(config, "organisations") != NULL)
		return ctl_fail(error, CTL_ERROR_USAGE,
				"--org and organisations of --config do not go "
				"together\nGive all of them one way.");
	list = json_array();
	json_object_set_new(config, "organisations", list);
	for (guint i = 0; i < options->len; i++)
		if (!add_one(list, options->pdata[i], error))
			return FALSE;
	return TRUE;
}
