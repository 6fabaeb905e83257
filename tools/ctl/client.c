/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/client.h"

#include <curl/curl.h>
#include <stdarg.h>
#include <string.h>

#include "identity/signed_request.h"
#include "tools/ctl/error.h"
#include "tools/ctl/progress.h"

#define CONNECT_TIMEOUT_MS 10000L
/* A stream without a byte, comments included, for so long is dead. */
#define STREAM_SILENCE_US (120 * G_TIME_SPAN_SECOND)

struct Client {
	CURL *curl;
	char *url;
	char *ca_file; /* or NULL */
	X509 *certificate;
	EVP_PKEY *key;
};

/* What one transfer collects. */
typedef struct {
	Client *client;
	GByteArray *answer; /* of a request, or of a refused stream */
	gboolean too_large;
	ClientChunk chunk; /* of a stream */
	void *user;
	gboolean stopped;
	gint64 heard_us; /* when the last byte of a stream came */
} Transfer;

Client *
client_new(const char *url, const char *ca_file, X509 *certificate,
	   EVP_PKEY *key)
{
	Client *client = g_new0(Client, 1);

	client->curl = curl_easy_init();
	client->url = g_strdup(url);
	client->ca_file = g_strdup(ca_file);
	client->certificate = certificate;
	client->key = key;
	X509_up_ref(certificate);
	EVP_PKEY_up_ref(key);
	return client;
}

void
client_free(Client *client)
{
	if (client == NULL)
		return;
	curl_easy_cleanup(client->curl);
	X509_free(client->certificate);
	EVP_PKEY_free(client->key);
	g_free(client->url);
	g_free(client->ca_file);
	g_free(client);
}

/* ---- targets ------------------------------------------------------------ */

GString *
client_target(const char *first, ...)
{
	GString *target = g_string_new("/v1");
	va_list args;

	va_start(args, first);
	for (const char *s = first; s != NULL; s = va_arg(args, const char *)) {
		g_autofree char *safe = g_uri_escape_string(s, NULL, FALSE);

		g_string_append_printf(target, "/%s", safe);
	}
	va_end(args);
	return target;
}

void
client_query(GString *target, const char *name, const char *value)
{
	g_autofree char *safe = NULL;

	if (value == NULL)
		return;
	safe = g_uri_escape_string(value, NULL, FALSE);
	g_string_append_printf(target, "%c%s=%s",
			       strchr(target->str, '?') != NULL ? '&' : '?',
			       name, safe);
}

void
client_query_number(GString *target, const char *name, guint64 value)
{
	g_autofree char *text = g_strdup_printf("%" G_GUINT64_FORMAT, value);

	client_query(target, name, text);
}

/* ---- transfers ---------------------------------------------------------- */

static gboolean
succeeded(Client *client)
{
	long status = 0;

	curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &status);
	return status >= 200 && status < 300;
}

static size_t
on_data(char *data, size_t size, size_t n, void *user)
{
	Transfer *transfer = user;

	if (transfer->chunk != NULL && succeeded(transfer->client)) {
		transfer->heard_us = g_get_monotonic_time();
		transfer->stopped =
			!transfer->chunk(data, size * n, transfer->user);
		return transfer->stopped ? 0 : size * n;
	}
	if (size * n > CLIENT_ANSWER_MAX - transfer->answer->len) {
		transfer->too_large = TRUE;
		return 0;
	}
	g_byte_array_append(transfer->answer, (guint8 *)data,
			    (guint)(size * n));
	return size * n;
}

/* Called about once a second. Returns: 1 to give up. */
static int
on_progress(void *user, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	const Transfer *transfer = user;

	progress_tick();
	return transfer->chunk != NULL &&
	       g_get_monotonic_time() - transfer->heard_us > STREAM_SILENCE_US;
}

static struct curl_slist *
add_header(struct curl_slist *headers, const char *name, const char *value)
{
	g_autofree char *line = g_strdup_printf("%s: %s", name, value);

	return curl_slist_append(headers, line);
}

static struct curl_slist *
sign(Client *client, const char *method, const char *target, const char *body,
     GError **error)
{
	SignedRequest request = { 0 };
	struct curl_slist *headers = NULL;

	if (!signed_request_make(&request, client->certificate, client->key,
				 method, target, body, strlen(body),
				 g_get_real_time() / 1000, error))
		return NULL;
	headers = add_header(headers, SIGNED_REQUEST_CERT_HEADER,
			     request.certificate);
	headers = add_header(headers, SIGNED_REQUEST_TIME_HEADER, request.time);
	headers =
		add_header(headers, SIGNED_REQUEST_NONCE_HEADER, request.nonce);
	headers = add_header(headers, SIGNED_REQUEST_SIGNATURE_HEADER,
			     request.signature);
	headers = add_header(headers, "Content-Type", "application/json");
	headers = curl_slist_append(headers, "Expect:");
	signed_request_clear(&request);
	return headers;
}

/* What every transfer has in common; the TLS session and the connection are
 * kept from one to the next. */
static void
prepare(Client *client, Transfer *transfer, const char *method,
	const char *target, const char *body)
{
	g_autofree char *url = g_strconcat(client->url, target, NULL);
	CURL *curl = client->curl;

	curl_easy_reset(curl);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
	curl_easy_setopt(curl, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MS);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_data);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, transfer);
	if (client->ca_file != NULL)
		curl_easy_setopt(curl, CURLOPT_CAINFO, client->ca_file);
	if (*body == '\0')
		return;
	curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
			 (curl_off_t)strlen(body));
	curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, body);
}

static gboolean
fail_transfer(Client *client, const Transfer *transfer, CURLcode code,
	      GError **error)
{
	if (transfer->too_large)
		return ctl_fail(error, CTL_ERROR_FAILED,
				"the answer is larger than %u bytes\n"
				"Ask for less at a time.",
				CLIENT_ANSWER_MAX);
	switch ((int)code) {
	case CURLE_COULDNT_CONNECT:
	case CURLE_COULDNT_RESOLVE_HOST:
		return ctl_fail(error, CTL_ERROR_FAILED,
				"no host answers at %s\nStart bsn-hostd, or "
				"name another host with --node.",
				client->url);
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
		return ctl_fail(error, CTL_ERROR_FAILED,
				"%s does not prove that it is the host: its "
				"certificate is not vouched for by %s\nName "
				"the directory of that host with --node DIR "
				"or BSN_HOME.",
				client->url,
				client->ca_file != NULL ? client->ca_file
							: "the system's CAs");
	case CURLE_PARTIAL_FILE:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_GOT_NOTHING:
		return ctl_fail(error, CTL_ERROR_FAILED,
				"the connection to %s was lost\nLook whether "
				"the host runs and what came of it, then ask "
				"again.",
				client->url);
	case CURLE_ABORTED_BY_CALLBACK:
		return ctl_fail(error, CTL_ERROR_FAILED, "%s has gone silent",
				client->url);
	case CURLE_OPERATION_TIMEDOUT:
		return ctl_fail(error, CTL_ERROR_FAILED,
				"%s did not answer in time\nAllow more with "
				"--timeout SECONDS.",
				client->url);
	}
	return ctl_fail(error, CTL_ERROR_FAILED,
			"talking to %s failed: %s\nSee the host's log.",
			client->url, curl_easy_strerror(code));
}

static json_t *
parse_answer(Client *client, const GByteArray *answer, GError **error)
{
	json_error_t where;
	json_t *value;

	if (answer->len == 0)
		return json_null();
	value = json_loadb((const char *)answer->data, answer->len,
			   JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &where);
	if (value == NULL)
		ctl_fail(error, CTL_ERROR_FAILED,
			 "%s answered with something that is not JSON: %s\n"
			 "Check that a BSN host listens there.",
			 client->url, where.text);
	return value;
}

/* The answer, whatever its HTTP status was; which tells success. */
static json_t *
judge_answer(Client *client, const GByteArray *answer, GError **error)
{
	gboolean ok = succeeded(client);
	json_t *value = parse_answer(client, answer, ok ? error : NULL);
	long status = 0;

	if (ok)
		return value;
	curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &status);
	ctl_fail_refused(error, status, value);
	json_decref(value);
	return NULL;
}

json_t *
client_request(Client *client, const char *method, const char *target,
	       json_t *body, guint timeout_ms, GError **error)
{
	g_autoptr(GByteArray) answer = g_byte_array_new();
	Transfer transfer = { .client = client, .answer = answer };
	char *text = body != NULL ? json_dumps(body, JSON_COMPACT) : NULL;
	const char *payload = text != NULL ? text : "";
	struct curl_slist *headers =
		sign(client, method, target, payload, error);
	CURLcode code;

	if (headers == NULL) {
		free(text);
		return NULL;
	}
	prepare(client, &transfer, method, target, payload);
	curl_easy_setopt(client->curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(client->curl, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
	code = curl_easy_perform(client->curl);
	curl_slist_free_all(headers);
	free(text);
	if (code != CURLE_OK) {
		fail_transfer(client, &transfer, code, error);
		return NULL;
	}
	return judge_answer(client, answer, error);
}

static ClientStreamEnd
judge_stream(Client *client, const Transfer *transfer, CURLcode code,
	     GError **error)
{
	long status = 0;

	curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &status);
	if (transfer->stopped)
		return CLIENT_STREAM_STOPPED;
	if (code == CURLE_OK && !succeeded(client)) {
		json_t *said = judge_answer(client, transfer->answer, error);

		json_decref(said);
		return status >= 500 || status == 429 ? CLIENT_STREAM_LOST
						      : CLIENT_STREAM_REFUSED;
	}
	if (code == CURLE_OK) {
		ctl_fail(error, CTL_ERROR_FAILED, "%s closed the stream",
			 client->url);
		return CLIENT_STREAM_LOST;
	}
	fail_transfer(client, transfer, code, error);
	return code == CURLE_PEER_FAILED_VERIFICATION ? CLIENT_STREAM_REFUSED
						      : CLIENT_STREAM_LOST;
}

ClientStreamEnd
client_stream(Client *client, const char *target, const char *last_event_id,
	      ClientChunk chunk, void *user, GError **error)
{
	g_autoptr(GByteArray) answer = g_byte_array_new();
	Transfer transfer = { .client = client,
			      .answer = answer,
			      .chunk = chunk,
			      .user = user,
			      .heard_us = g_get_monotonic_time() };
	struct curl_slist *headers = sign(client, "GET", target, "", error);
	CURLcode code;

	if (headers == NULL)
		return CLIENT_STREAM_REFUSED;
	headers = add_header(headers, "Accept", "text/event-stream");
	if (last_event_id != NULL)
		headers = add_header(headers, "Last-Event-ID", last_event_id);
	prepare(client, &transfer, "GET", target, "");
	curl_easy_setopt(client->curl, CURLOPT_HTTPHEADER, headers);
	code = curl_easy_perform(client->curl);
	curl_slist_free_all(headers);
	return judge_stream(client, &transfer, code, error);
}
