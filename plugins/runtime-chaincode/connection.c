/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-chaincode/connection.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/json.h"

#define FILE_NAME "connection.json"
#define PEM_MAX (16u << 10)
#define ADDRESS_MAX 127u
/* As in Fabric's peer. */
#define DIAL_MS_DEFAULT 3000u
#define DIAL_MS_MAX 600000u

/* ---- durations as Go writes them: "1m30s" ---- */

/* 0: there is no such unit. */
static double
unit_ms(const char **at)
{
	static const struct {
		const char *name;
		double ms;
	} units[] = { { "ms", 1 },     { "us", 1e-3 }, { "ns", 1e-6 },
		      { "h", 3600e3 }, { "m", 60e3 },  { "s", 1e3 } };

	for (gsize i = 0; i < G_N_ELEMENTS(units); i++)
		if (g_str_has_prefix(*at, units[i].name)) {
			*at += strlen(units[i].name);
			return units[i].ms;
		}
	return 0;
}

static gboolean
read_duration(const char *text, guint32 *ms)
{
	double sum = 0;

	if (*text == '\0')
		return FALSE;
	while (*text != '\0') {
		char *end;
		double number, unit;

		if (!g_ascii_isdigit(*text))
			return FALSE;
		number = g_ascii_strtod(text, &end);
		text = end;
		unit = unit_ms(&text);
		sum += number * unit;
		if (unit <= 0 || !(sum <= DIAL_MS_MAX))
			return FALSE;
	}
	*ms = MAX((guint32)sum, 1);
	return TRUE;
}

static void
read_dial_timeout(JsonFields *fields, Connection *connection)
{
	const char *text = fields_string(fields, "dial_timeout", 32, "");

	connection->dial_ms = DIAL_MS_DEFAULT;
	if (*text != '\0' && !read_duration(text, &connection->dial_ms))
		fields_fail(fields, "dial_timeout",
			    "must be a time of 10 minutes at most: \"10s\"");
}

/* ---- the file ---- */

static char *
read_pem(JsonFields *fields, const char *name)
{
	const char *text = fields_string(fields, name, PEM_MAX, "");

	return *text != '\0' ? g_strdup(text) : NULL;
}

static void
read_tls(JsonFields *fields, Connection *connection)
{
	gboolean client = fields_bool(fields, "client_auth_required", FALSE);
	g_autofree char *key = read_pem(fields, "client_key");
	g_autofree char *certificate = read_pem(fields, "client_cert");

	connection->tls = fields_bool(fields, "tls_required", FALSE);
	connection->root_cert = read_pem(fields, "root_cert");
	if (!connection->tls)
		return;
	if (connection->root_cert == NULL)
		fields_fail(fields, "root_cert",
			    "must be the service's CA, in PEM");
	if (client && (key == NULL || certificate == NULL))
		fields_fail(fields, "client_key",
			    "and client_cert must be there, in PEM");
	if (!client)
		return;
	connection->client_key = g_steal_pointer(&key);
	connection->client_cert = g_steal_pointer(&certificate);
}

int32_t
connection_parse(bsn_slice json, Connection **out, bsn_err *err)
{
	g_autoptr(Connection) connection = g_new0(Connection, 1);
	g_autoptr(json_t) object = NULL;
	JsonFields fields =
		fields_parse(json, CONNECTION_MAX, FILE_NAME, &object, err);
	int32_t status;

	connection->address =
		g_strdup(fields_string(&fields, "address", ADDRESS_MAX, ""));
	fields_require(&fields, "address", "\"127.0.0.1:9999\"");
	if (*connection->address == '\0')
		fields_fail(&fields, "address", "must not be empty");
	read_dial_timeout(&fields, connection);
	read_tls(&fields, connection);
	/* Some packages name the service in it, which Fabric lets be. */
	fields_any(&fields, "name");
	status = fields_end(&fields);
	if (status == BSN_OK)
		*out = g_steal_pointer(&connection);
	return status;
}

/* ---- of a package ---- */

static int32_t
keep_file(const ChaincodeFile *file, gpointer data)
{
	GBytes **kept = data;

	if (strcmp(file->path, FILE_NAME) == 0)
		*kept = g_bytes_new(file->data.data, file->data.len);
	return BSN_OK;
}

int32_t
connection_read(const ChaincodePackage *package, Connection **connection,
		bsn_err *err)
{
	g_autoptr(GBytes) file = NULL;
	int32_t status =
		chaincode_package_files(package, keep_file, &file, err);
	gsize len;
	const void *data;

	if (status != BSN_OK)
		return status;
	if (file == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"code.tar.gz of the package has no " FILE_NAME);
	data = g_bytes_get_data(file, &len);
	return connection_parse(bsn_slice_of(data, len), connection, err);
}

void
connection_free(Connection *connection)
{
	if (connection == NULL)
		return;
	g_free(connection->address);
	g_free(connection->root_cert);
	g_free(connection->client_key);
	g_free(connection->client_cert);
	g_free(connection);
}
