/* SPDX-License-Identifier: Apache-2.0
 *
 * The service, and what one plugin has of it.
 */
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include <bsn/helpers/error.h>

#include "host/io/child_private.h"
#include "host/ops/log.h"

/* Refused connections of a plugin that are logged in one minute. */
#define REFUSALS_PER_MINUTE 20u

const char *
io_account_name(const bsn_io_account *account)
{
	return account->plugin->id;
}

struct event_base *
io_account_base(const bsn_io_account *account)
{
	return loop_base(account->service->loop);
}

void
io_account_refuse(bsn_io_account *account, const char *peer,
		  const char *reason)
{
	const char *name = io_account_name(account);
	guint missed;

	account->refused++;
	if (!io_rate_allows(&account->refusals, g_get_monotonic_time(),
			    REFUSALS_PER_MINUTE, &missed))
		return;
	if (missed > 0)
		log_warning("io", NULL, "%s: %u more were refused", name,
			    missed);
	log_warning("io", NULL, "%s: %s is refused: %s", name, peer, reason);
}

/* ---- the service ---- */

IoService *
io_service_new(Loop *loop, const IoConfig *config, GError **error)
{
	IoService *service;

	if (g_mkdir_with_parents(config->directory, 0700) != 0) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
			    "the directory %s cannot be made: %s",
			    config->directory, g_strerror(errno));
		return NULL;
	}
	service = g_new0(IoService, 1);
	service->loop = loop;
	service->config = *config;
	service->accounts = g_ptr_array_new();
	return service;
}

static bsn_io_account *
account_new(IoService *service, const bsn_plugin *plugin,
	    const bsn_io_user *user)
{
	bsn_io_account *account = g_new0(bsn_io_account, 1);

	account->service = service;
	account->plugin = plugin;
	account->user = user;
	account->directory = g_build_filename(service->config.directory,
					      plugin->id, NULL);
	account->starts = g_hash_table_new_full(g_str_hash, g_str_equal,
						g_free, g_free);
	return account;
}

static void
end_all(GQueue *queue, void (*end)(gpointer item))
{
	GList *link;

	while ((link = queue->head) != NULL)
		end(link->data);
}

/* Frees all that it has; nobody is told. Children go first, which have
 * listeners, which have connections. */
static void
account_free(bsn_io_account *account)
{
	end_all(&account->children, (void (*)(gpointer))io_child_drop);
	end_all(&account->listeners, (void (*)(gpointer))io_listener_close);
	end_all(&account->streams, (void (*)(gpointer))io_stream_drop);
	end_all(&account->timers, (void (*)(gpointer))io_timer_free);
	end_all(&account->authorities,
		(void (*)(gpointer))io_authority_free);
	g_hash_table_unref(account->starts);
	g_free(account->missing);
	g_free(account->directory);
	g_free(account);
}

/* What children of a daemon that was killed have left goes. */
static gboolean
make_directory(const bsn_io_account *account, bsn_err *err)
{
	g_autofree char *children =
		g_build_filename(account->directory, "children", NULL);

	if (account->plugin->id[0] == '.') {
		bsn_fail(err, BSN_BAD_REQUEST,
			 "a directory cannot be called as its id is");
		return FALSE;
	}
	io_directory_remove(children);
	if (g_mkdir(account->directory, 0700) == 0 || errno == EEXIST)
		return TRUE;
	bsn_fail(err, BSN_E_IO, "the directory %.120s cannot be made: %s",
		 account->directory, g_strerror(errno));
	return FALSE;
}

void
io_service_start(IoService *service, const bsn_plugin *plugin)
{
	const bsn_io_user *user = bsn_io_user_of(plugin);
	bsn_io_account *account;
	bsn_err err = BSN_ERR_INIT;

	if (!BSN_HAS(user, start))
		return;
	account = account_new(service, plugin, user);
	if (make_directory(account, &err) &&
	    user->start(&io_table, account, &err) == BSN_OK) {
		g_ptr_array_add(service->accounts, account);
		log_info("io", NULL, "%s does input and output", plugin->id);
		return;
	}
	err.reason[sizeof(err.reason) - 1] = '\0';
	log_error("io", NULL, "%s does no input and output: %s", plugin->id,
		  err.reason[0] != '\0' ? err.reason : "it gave no reason");
	account_free(account);
}

void
io_service_stop(IoService *service)
{
	for (guint i = 0; i < service->accounts->len; i++) {
		bsn_io_account *account = service->accounts->pdata[i];

		if (BSN_HAS(account->user, stop))
			account->user->stop();
		account_free(account);
	}
	g_ptr_array_set_size(service->accounts, 0);
}

void
io_service_free(IoService *service)
{
	if (service == NULL)
		return;
	io_service_stop(service);
	g_ptr_array_unref(service->accounts);
	g_free(service);
}

/* ---- bsn.io/1 ---- */

static int32_t
service_connect(bsn_io_account *account, const char *where,
		const bsn_io_tls *tls, const bsn_io_times *times,
		bsn_io_events *events, bsn_io_stream **stream, bsn_err *err)
{
	IoAddress address;
	IoTls *with;
	int32_t status = io_address_of(account, where, FALSE, &address, err);

	if (status != BSN_OK)
		return status;
	if (!BSN_HAS(events, received) || !BSN_HAS(events, closed))
		return bsn_fail(err, BSN_E_INVALID,
				"events without received or closed");
	if (account->streams.length >= account->service->config.connections_max)
		return bsn_fail(err, BSN_BUSY,
				"%u connections are open, as many as may be",
				account->streams.length);
	with = io_tls_new(tls, FALSE, address.host, err);
	if (with == NULL)
		return BSN_BAD_REQUEST;
	*stream = io_stream_connect(account, &address, with, times, events);
	io_tls_unref(with);
	return BSN_OK;
}

/* What follows `word` at the beginning of a text, or NULL. */
static const char *
after(const char *text, const char *word, char end)
{
	gsize len = strlen(word);

	return strncmp(text, word, len) == 0 && text[len] == end
		       ? text + len + 1
		       : NULL;
}

static const char *
setting(bsn_io_account *account, const char *name)
{
	const char *const *all = account->service->config.settings;

	for (gsize i = 0; all != NULL && all[i] != NULL; i++) {
		const char *own = after(all[i], account->plugin->id, ' ');
		const char *value = own != NULL ? after(own, name, '=') : NULL;

		if (value != NULL)
			return value;
	}
	return NULL;
}

const bsn_io io_table = {
	.size = sizeof(io_table),
	.listen = io_listen,
	.listener_close = io_listener_close,
	.connect = service_connect,
	.write = io_stream_write,
	.room = io_stream_room,
	.receive = io_stream_receive,
	.finish = io_stream_finish,
	.close = io_stream_close,
	.authority_new = io_authority_new,
	.authority_certificate = io_authority_certificate,
	.authority_issue = io_authority_issue,
	.authority_free = io_authority_free,
	.timer_new = io_timer_new,
	.timer_set = io_timer_set,
	.timer_stop = io_timer_stop,
	.timer_free = io_timer_free,
	.child_start = io_child_start,
	.child_ready = io_child_ready,
	.child_kill = io_child_kill,
	.chain_here = io_chain_here,
	.strand_keep = io_strand_keep,
	.on_strand = io_on_strand,
	.strand_free = io_strand_free,
	.on_main = io_on_main,
	.setting = setting,
};
