/* SPDX-License-Identifier: Apache-2.0
 *
 * The gateway tests' clients: libcurl, OpenSSL, and a reader of event streams.
 */
#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <curl/curl.h>

#include "host/gateway/hex.h"
#include "identity/signed_request.h"
#include "tests/unit/gateway_fixture.h"

/* ---- whole requests ---- */

void
answer_free(Answer *answer)
{
	if (answer == NULL)
		return;
	g_free(answer->headers);
	g_free(answer->text);
	json_decref(answer->body);
	g_free(answer);
}

static size_t
append(char *data, size_t size, size_t n, void *to)
{
	g_string_append_len(to, data, (gssize)(size * n));
	return size * n;
}

static void
set_identity(CURL *curl, Fixture *fixture, const char *who)
{
	g_autofree char *ca = certificate_file(fixture, "ca");
	g_autofree char *certificate = NULL;
	g_autofree char *key = NULL;

	curl_easy_setopt(curl, CURLOPT_CAINFO, ca);
	if (who == NULL)
		return;
	certificate = certificate_file(fixture, who);
	key = key_file(fixture, who);
	curl_easy_setopt(curl, CURLOPT_SSLCERT, certificate);
	curl_easy_setopt(curl, CURLOPT_SSLKEY, key);
}

static CURL *
curl_new(Fixture *fixture, const char *who, const char *method,
	 const char *path, const char *body)
{
	g_autofree char *url =
		g_strdup_printf("https://127.0.0.1:%u%s", fixture->port, path);
	CURL *curl = curl_easy_init();

	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)DEADLINE_S);
	set_identity(curl, fixture, who);
	if (strcmp(method, "HEAD") == 0)
		curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
	else
		curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
	if (body != NULL)
		curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, body);
	return curl;
}

Answer *
ask_with_headers(Fixture *fixture, const char *who, const char *method,
		 const char *path, const char *body, char *const *headers)
{
	CURL *curl = curl_new(fixture, who, method, path, body);
	Answer *answer = g_new0(Answer, 1);
	GString *text = g_string_new(NULL);
	GString *head = g_string_new(NULL);
	struct curl_slist *list = NULL;
	CURLcode code;

	for (; headers != NULL && *headers != NULL; headers++)
		list = curl_slist_append(list, *headers);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, append);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, text);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, head);
	code = curl_easy_perform(curl);
	g_assert_cmpstr(curl_easy_strerror(code), ==, "No error");
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer->http);
	answer->body = json_loadb(text->str, text->len, 0, NULL);
	answer->text = g_string_free(text, FALSE);
	answer->headers = g_string_free(head, FALSE);
	curl_slist_free_all(list);
	curl_easy_cleanup(curl);
	return answer;
}

Answer *
ask_as(Fixture *fixture, const char *who, const char *method, const char *path,
       const char *body)
{
	return ask_with_headers(fixture, who, method, path, body, NULL);
}

char **
sign_headers(Fixture *fixture, const char *who, const char *method,
	     const char *path, const char *body)
{
	g_autofree char *certificate_path = certificate_file(fixture, who);
	g_autofree char *key_path = key_file(fixture, who);
	g_autoptr(GError) error = NULL;
	X509 *certificate = identity_load_cert(certificate_path, &error);
	EVP_PKEY *key = identity_load_key(key_path, &error);
	SignedRequest made = { 0 };
	char **headers = g_new0(char *, 5);

	g_assert_no_error(error);
	signed_request_make(&made, certificate, key, method, path,
			    body != NULL ? body : "",
			    body != NULL ? strlen(body) : 0,
			    g_get_real_time() / 1000, &error);
	g_assert_no_error(error);
	headers[0] = g_strdup_printf("BSN-Certificate: %s", made.certificate);
	headers[1] = g_strdup_printf("BSN-Time: %s", made.time);
	headers[2] = g_strdup_printf("BSN-Nonce: %s", made.nonce);
	headers[3] = g_strdup_printf("BSN-Signature: %s", made.signature);
	signed_request_clear(&made);
	X509_free(certificate);
	EVP_PKEY_free(key);
	return headers;
}

Answer *
ask_signed(Fixture *fixture, const char *who, const char *method,
	   const char *path, const char *body, const char *sent)
{
	g_auto(GStrv) headers = sign_headers(fixture, who, method, path, body);

	return ask_with_headers(fixture, NULL, method, path, sent, headers);
}

char *
hex_of(const char *text)
{
	return hex_encode(text, strlen(text));
}

Answer *
submit_tx(Fixture *fixture, const char *tx, const char *query)
{
	g_autofree char *hex = hex_of(tx);
	g_autofree char *body = g_strdup_printf("{\"tx\":\"%s\"}", hex);
	g_autofree char *path = g_strconcat("/v1/chains/c1/txs", query, NULL);

	return ask_as(fixture, "client", "POST", path, body);
}

/* ---- answers ---- */

const json_t *
member(const Answer *answer, const char *path)
{
	g_auto(GStrv) names = g_strsplit(path, ".", -1);
	const json_t *value = answer->body;

	for (guint i = 0; names[i] != NULL; i++)
		value = json_is_array(value)
				? json_array_get(value,
						 (size_t)g_ascii_strtoull(
							 names[i], NULL, 10))
				: json_object_get(value, names[i]);
	if (value == NULL)
		g_error("no member %s in %s", path, answer->text);
	return value;
}

const char *
text_member(const Answer *answer, const char *path)
{
	return json_string_value(member(answer, path));
}

gint64
number_member(const Answer *answer, const char *path)
{
	return json_integer_value(member(answer, path));
}

void
assert_error(const Answer *answer, long http, const char *name,
	     const char *reason)
{
	if (answer->http != http)
		g_test_message("%s", answer->text);
	g_assert_cmpint(answer->http, ==, http);
	g_assert_cmpstr(text_member(answer, "error.name"), ==, name);
	if (reason != NULL)
		g_assert_cmpstr(text_member(answer, "error.reason"), ==,
				reason);
	g_assert_cmpstr(text_member(answer, "error.remedy"), !=, "");
	g_assert_true(json_is_integer(member(answer, "error.code")));
	g_assert_true(json_is_integer(member(answer, "error.native")));
}

/* ---- connections by hand ---- */

int
tcp_connect(Fixture *fixture)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(fixture->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct timeval deadline = { DEADLINE_S, 0 };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	g_assert_cmpint(fd, >=, 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof(deadline));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &deadline, sizeof(deadline));
	g_assert_cmpint(
		connect(fd, (struct sockaddr *)&address, sizeof(address)), ==,
		0);
	return fd;
}

Raw *
raw_open(Fixture *fixture, const char *who, SSL_SESSION *session)
{
	Raw *raw = g_new0(Raw, 1);

	raw->fd = tcp_connect(fixture);
	raw->context = SSL_CTX_new(TLS_client_method());
	SSL_CTX_set1_groups_list(raw->context, "X25519:P-256:secp256k1");
	if (who != NULL) {
		g_autofree char *certificate = certificate_file(fixture, who);
		g_autofree char *key = key_file(fixture, who);

		SSL_CTX_use_certificate_file(raw->context, certificate,
					     SSL_FILETYPE_PEM);
		SSL_CTX_use_PrivateKey_file(raw->context, key,
					    SSL_FILETYPE_PEM);
	}
	raw->ssl = SSL_new(raw->context);
	SSL_set_fd(raw->ssl, raw->fd);
	if (session != NULL)
		SSL_set_session(raw->ssl, session);
	g_assert_cmpint(SSL_connect(raw->ssl), ==, 1);
	return raw;
}

void
raw_close(Raw *raw)
{
	SSL_shutdown(raw->ssl); /* or its session could not be resumed */
	SSL_free(raw->ssl);
	SSL_CTX_free(raw->context);
	close(raw->fd);
	g_free(raw);
}

void
raw_send(Raw *raw, const char *text)
{
	int len = (int)strlen(text);

	g_assert_cmpint(SSL_write(raw->ssl, text, len), ==, len);
}

void
raw_try_send(Raw *raw, const char *data, gsize len)
{
	while (len > 0) {
		int n = SSL_write(raw->ssl, data, (int)MIN(len, 16384));

		if (n <= 0)
			return;
		data += n;
		len -= (gsize)n;
	}
}

static char *
read_until(Raw *raw, const char *text)
{
	GString *all = g_string_new(NULL);
	char part[4096];
	int n;

	while (text == NULL || strstr(all->str, text) == NULL) {
		n = SSL_read(raw->ssl, part, sizeof(part));
		if (n <= 0)
			break;
		g_string_append_len(all, part, n);
	}
	return g_string_free(all, FALSE);
}

char *
raw_read_until(Raw *raw, const char *text)
{
	char *all = read_until(raw, text);

	if (strstr(all, text) == NULL)
		g_error("the connection ended before \"%s\": %s", text, all);
	return all;
}

char *
raw_read_all(Raw *raw)
{
	return read_until(raw, NULL);
}

/* ---- event streams ---- */

struct Stream {
	CURL *curl;
	struct curl_slist *headers;
	GThread *thread;
	GAsyncQueue *events; /* char * */
	GString *pending;
	gint closed; /* atomic */
};

/* "id: 7.1\nevent: contract\ndata: {...,"contract":"even"..." as "7.1 contract
 * even"; NULL for a comment. */
static char *
summary(const char *block)
{
	g_auto(GStrv) lines = g_strsplit(block, "\n", -1);
	const char *id = "-", *event = "-", *data = NULL;
	g_autofree char *contract = NULL;
	json_t *object;

	for (guint i = 0; lines[i] != NULL; i++) {
		if (g_str_has_prefix(lines[i], "id: "))
			id = lines[i] + 4;
		else if (g_str_has_prefix(lines[i], "event: "))
			event = lines[i] + 7;
		else if (g_str_has_prefix(lines[i], "data: "))
			data = lines[i] + 6;
	}
	if (data == NULL)
		return NULL;
	object = json_loads(data, 0, NULL);
	g_assert_nonnull(object);
	contract = g_strdup(
		json_string_value(json_object_get(object, "contract")));
	json_decref(object);
	return g_strdup_printf("%s %s%s%s", id, event,
			       contract != NULL ? " " : "",
			       contract != NULL ? contract : "");
}

static size_t
take_events(char *data, size_t size, size_t n, void *to)
{
	Stream *stream = to;
	char *end;

	if (g_atomic_int_get(&stream->closed))
		return 0;
	g_string_append_len(stream->pending, data, (gssize)(size * n));
	while ((end = strstr(stream->pending->str, "\n\n")) != NULL) {
		gssize len = end - stream->pending->str;
		g_autofree char *block =
			g_strndup(stream->pending->str, (gsize)len);
		char *event = summary(block);

		if (event != NULL)
			g_async_queue_push(stream->events, event);
		g_string_erase(stream->pending, 0, len + 2);
	}
	return size * n;
}

static int
stop_when_closed(void *data, curl_off_t a, curl_off_t b, curl_off_t c,
		 curl_off_t d)
{
	Stream *stream = data;

	return g_atomic_int_get(&stream->closed);
}

static gpointer
run_stream(gpointer data)
{
	Stream *stream = data;

	curl_easy_perform(stream->curl);
	g_async_queue_push(stream->events, g_strdup(""));
	return NULL;
}

Stream *
stream_open(Fixture *fixture, const char *query, const char *last_id)
{
	g_autofree char *path =
		g_strconcat("/v1/chains/c1/events", query, NULL);
	Stream *stream = g_new0(Stream, 1);

	stream->events = g_async_queue_new_full(g_free);
	stream->pending = g_string_new(NULL);
	stream->curl = curl_new(fixture, "auditor", "GET", path, NULL);
	if (last_id != NULL) {
		g_autofree char *header =
			g_strconcat("Last-Event-ID: ", last_id, NULL);

		stream->headers = curl_slist_append(NULL, header);
		curl_easy_setopt(stream->curl, CURLOPT_HTTPHEADER,
				 stream->headers);
	}
	curl_easy_setopt(stream->curl, CURLOPT_WRITEFUNCTION, take_events);
	curl_easy_setopt(stream->curl, CURLOPT_WRITEDATA, stream);
	curl_easy_setopt(stream->curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(stream->curl, CURLOPT_XFERINFOFUNCTION,
			 stop_when_closed);
	curl_easy_setopt(stream->curl, CURLOPT_XFERINFODATA, stream);
	stream->thread = g_thread_new("stream", run_stream, stream);
	return stream;
}

char *
stream_next(Stream *stream)
{
	char *event = g_async_queue_timeout_pop(
		stream->events, (guint64)DEADLINE_S * G_USEC_PER_SEC);

	g_assert_nonnull(event);
	return event;
}

void
stream_close(Stream *stream)
{
	g_atomic_int_set(&stream->closed, 1);
	g_thread_join(stream->thread);
	curl_slist_free_all(stream->headers);
	curl_easy_cleanup(stream->curl);
	g_async_queue_unref(stream->events);
	g_string_free(stream->pending, TRUE);
	g_free(stream);
}
