/* SPDX-License-Identifier: Apache-2.0
 *
 * The files that say who this host is and whom it trusts. They are read again
 * when one of them changes, and hosts that are connected are judged again and
 * again: a certificate may expire or be revoked meanwhile.
 */
#include <glib/gstdio.h>

#include "host/peer/private.h"

/* Ticks between two looks at the files. */
#define LOOK_TICKS 10u

static PeerCredential *
load(const Config *config, const char *introductions, GError **error)
{
	const PeerCredentialFiles files = {
		.certificate = config->peers_certificate,
		.key = config->peers_key,
		.ca_files = (const char *const *)config->peers_ca_files,
		.crl_files = (const char *const *)config->peers_crl_files,
		.allow = (const char *const *)config->peers_allow,
		.deny = (const char *const *)config->peers_deny,
		.introductions = introductions,
	};

	return peer_credential_new(&files, g_get_real_time() / G_USEC_PER_SEC,
				   error);
}

static guint64
stamp_of(guint64 stamp, const char *file)
{
	GStatBuf info;

	if (g_stat(file, &info) != 0)
		return stamp * 31 + 1;
	stamp = stamp * 31 + (guint64)info.st_mtim.tv_sec;
	stamp = stamp * 31 + (guint64)info.st_mtim.tv_nsec;
	stamp = stamp * 31 + (guint64)info.st_ino;
	return stamp * 31 + (guint64)info.st_size;
}

/* Changes when one of the files does. */
static guint64
stamp_of_files(const Peers *peers)
{
	const Config *config = peers->deps.config;
	guint64 stamp = stamp_of(1, config->peers_certificate);

	stamp = stamp_of(stamp, config->peers_key);
	for (char **file = config->peers_ca_files; *file != NULL; file++)
		stamp = stamp_of(stamp, *file);
	for (char **file = config->peers_crl_files; *file != NULL; file++)
		stamp = stamp_of(stamp, *file);
	return stamp * 31 + introductions_stamp(peers->introductions);
}

/* The hosts of introductions are called where these say. */
static void
call_introduced(Peers *peers)
{
	const GPtrArray *all =
		peer_credential_introductions(peers->link_deps.credential);
	g_autoptr(GStrvBuilder) addresses = g_strv_builder_new();

	for (char **at = peers->introduced; at != NULL && *at != NULL; at++)
		dialer_unwant_address(peers->dialer, *at);
	g_strfreev(peers->introduced);
	for (guint i = 0; i < all->len; i++) {
		const Introduction *one = all->pdata[i];

		for (char **at = one->addresses; *at != NULL; at++) {
			dialer_want(peers->dialer, *at, NULL);
			g_strv_builder_add(addresses, *at);
		}
	}
	peers->introduced = g_strv_builder_end(addresses);
	dialer_forget(peers->dialer);
	dialer_review(peers->dialer);
}

/* What changes while the files are read is seen the next time. */
gboolean
peers_load_credential(Peers *peers, GError **error)
{
	PeerCredential *credential;

	peers->files_stamp = stamp_of_files(peers);
	credential = load(peers->deps.config, peers->introductions, error);
	if (credential == NULL)
		return FALSE;
	peer_credential_unref(peers->link_deps.credential);
	peers->link_deps.credential = credential;
	call_introduced(peers);
	return TRUE;
}

static void
reload(Peers *peers)
{
	g_autoptr(GError) error = NULL;

	if (stamp_of_files(peers) == peers->files_stamp)
		return;
	if (peers_load_credential(peers, &error))
		log_info("peer", NULL,
			 "files of [peers] have changed and were read");
	else
		log_error("peer", NULL,
			  "files of [peers] have changed and cannot be used; "
			  "what was read before still holds: %s",
			  error->message);
}

/* One at each tick, in turn. */
static void
judge_one(Peers *peers)
{
	const guint n = g_hash_table_size(peers->by_host);
	g_autoptr(GError) error = NULL;
	g_autofree gpointer *hosts = NULL;
	Peer *peer;

	if (n == 0)
		return;
	hosts = g_hash_table_get_keys_as_array(peers->by_host, NULL);
	peer = g_hash_table_lookup(peers->by_host, hosts[peers->ticks % n]);
	if (link_is_open(peer->link) &&
	    !peer_credential_judge_again(peers->link_deps.credential,
					 link_host(peer->link),
					 g_get_real_time() / G_USEC_PER_SEC,
					 &error))
		link_close(peer->link, (PeerError)error->code, error->message);
}

gboolean
peers_introduce(Peers *peers, const char *chain, const char *pem,
		const char *const *addresses, GError **error)
{
	return introduction_add(peers->introductions, chain, pem, addresses,
				error) &&
	       peers_load_credential(peers, error);
}

void
peers_forget_chain(Peers *peers, const char *chain)
{
	introduction_remove(peers->introductions, chain);
	reload(peers);
}

void
peers_review(Peers *peers)
{
	if (peers->ticks % LOOK_TICKS == 0)
		reload(peers);
	judge_one(peers);
	peers->ticks++;
}
