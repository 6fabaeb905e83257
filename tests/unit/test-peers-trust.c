/* SPDX-License-Identifier: Apache-2.0
 *
 * Whom hosts let in, and how they lose and find each other.
 */
#include <string.h>
#include <unistd.h>

#include "host/net/listen.h"
#include "tests/unit/peer-pair.h"

/* ---- who is not let in ---- */

static void
trust_all(Config *config)
{
	g_free(config->peers_ca_files[0]);
	config->peers_ca_files[0] = peer_file(peer_files, "ca-every", ".pem");
}

static void
revoke_p256(Config *config)
{
	config->peers_crl_files[0] = peer_file(peer_files, "p256", ".crl");
}

static void
deny_a(Config *config)
{
	config->peers_deny[0] = g_strdup("host p256@Acme");
}

static void
deny_loopback(Config *config)
{
	config->peers_deny[0] = g_strdup("address 127.0.0.0/8");
}

/* `a` dials `b` in vain, and knows why. */
static void
assert_shut_out(const char *a_name, void (*adjust_a)(Config *),
		void (*adjust_b)(Config *), const char *reason)
{
	Pair pair = { host_start(a_name, 0, adjust_a),
		      host_start("p256-b", 0, adjust_b) };

	pair_share(&pair, "c1");
	AWAIT_INSIDE(pair.a, inside, inside.last_error != NULL);
	{
		g_auto(Inside) inside = inside_look(pair.a);

		g_assert_nonnull(strstr(inside.last_error, reason));
		g_assert_cmpuint(inside.hosts, ==, 0);
	}
	host_expect_nothing(pair.a, "c1");
	host_expect_nothing(pair.b, "c1");
	pair_stop(&pair);
}

static void
test_shut_out(void)
{
	assert_shut_out("stranger", trust_all, NULL,
			"the other side refuses this host: the certificate is "
			"issued by no CA that this host trusts");
	assert_shut_out("p256", NULL, revoke_p256, "revoked");
	assert_shut_out("p256", NULL, deny_a, "[peers] allow and deny");
	assert_shut_out("p256", deny_loopback, NULL, "forbid it");
	assert_shut_out("p256", NULL, deny_loopback, "");
}

/* A list that comes while it is connected. */
static void
review_on_loop(Host *host, gpointer data)
{
	host->peers->ticks = 0;
	peers_review(host->peers);
	host->peers->ticks = 0;
	peers_review(host->peers);
}

static void
add_empty_list(Config *config)
{
	config->peers_crl_files[0] = peer_file(peer_files, "late", ".crl");
}

static void
test_revoked_later(void)
{
	g_autofree char *late = peer_file(peer_files, "late", ".crl");
	g_autofree char *first = peer_file(peer_files, "sm2", ".crl");
	g_autofree char *then = peer_file(peer_files, "p256", ".crl");
	g_autofree char *text = NULL;
	g_autofree char *other = NULL;
	Pair pair;

	g_assert_true(g_file_get_contents(first, &text, NULL, NULL));
	g_assert_true(g_file_get_contents(then, &other, NULL, NULL));
	g_assert_true(g_file_set_contents(late, text, -1, NULL));
	pair_start(&pair, add_empty_list);
	host_on_loop(pair.b, review_on_loop, NULL);
	pair_assert_exchange(&pair, "c1");
	g_assert_true(g_file_set_contents(late, other, -1, NULL));
	host_on_loop(pair.b, review_on_loop, NULL);
	host_expect(pair.b, "c1", "p256 is gone");
	AWAIT_INSIDE(pair.a, inside,
		     inside.last_error != NULL &&
			     strstr(inside.last_error, "revoked") != NULL);
	pair_stop(&pair);
}

static void
test_self(void)
{
	Host *host = host_start("p256", 0, NULL);
	Host *other = host_start("p256-b", 0, NULL);
	Host *const members[] = { other, NULL };
	const guint16 port = other->port;

	/* The address of the other's is its own. */
	other->port = host->port;
	host_make_chain(host, "c1");
	host_set_members(host, "c1", members, 1);
	AWAIT_INSIDE(host, inside,
		     inside.counters.accepted > 0 && inside.links == 0);
	other->port = port;
	host_stop(host);
	host_stop(other);
}

/* ---- who is introduced ---- */

typedef struct {
	const char *chain, *ca; /* ca: NULL when the chain is forgotten */
} Introducing;

static void
introduce_on_loop(Host *host, gpointer data)
{
	const Introducing *introducing = data;
	g_autofree char *file = NULL;
	g_autofree char *pem = NULL;
	g_autoptr(GError) error = NULL;

	if (introducing->ca == NULL) {
		peers_forget_chain(host->peers, introducing->chain);
		return;
	}
	file = peer_file(peer_files, introducing->ca, ".pem");
	g_assert_true(g_file_get_contents(file, &pem, NULL, &error));
	peers_introduce(host->peers, introducing->chain, pem, NULL, &error);
	g_assert_no_error(error);
}

static void
introduce(Host *host, const char *chain, const char *ca)
{
	Introducing introducing = { chain, ca };

	host_on_loop(host, introduce_on_loop, &introducing);
}

static void
trust_p256(Config *config)
{
	g_free(config->peers_ca_files[0]);
	config->peers_ca_files[0] = peer_file(peer_files, "ca-p256", ".pem");
}

static void
trust_p256_and_lists(Config *config)
{
	trust_p256(config);
	config->peers_crl_files[0] = peer_file(peer_files, "secp256k1", ".crl");
}

static void
test_introduced(void)
{
	Pair pair = { host_start("stranger", 0, trust_all),
		      host_start("p256-b", 0, NULL) };

	introduce(pair.b, "c1", "ca-other");
	pair_share(&pair, "c1");
	pair_await(&pair, "c1");
	pair_assert_exchange(&pair, "c1");
	/* The same keys, on another chain. */
	pair_share(&pair, "c2");
	pair_assert_exchange(&pair, "c1");
	host_expect_nothing(pair.a, "c2");
	host_expect_nothing(pair.b, "c2");
	/* It is judged again, and comes again. */
	introduce(pair.b, "c2", "ca-other");
	host_on_loop(pair.b, review_on_loop, NULL);
	host_await(pair.a, "c2", "p256-b is reachable");
	host_await(pair.b, "c2", "stranger is reachable");
	/* It loses what it had when the chains are no more. */
	introduce(pair.b, "c1", NULL);
	introduce(pair.b, "c2", NULL);
	host_on_loop(pair.b, review_on_loop, NULL);
	host_await(pair.b, "c2", "stranger is gone");
	AWAIT_INSIDE(pair.b, inside, inside.hosts == 0);
	pair_stop(&pair);
}

/* `a` is introduced to `b`, and shut out all the same. */
static void
assert_not_introduced(const char *a_name, const char *ca,
		      void (*adjust)(Config *), const char *reason)
{
	Pair pair = { host_start(a_name, 0, NULL),
		      host_start("p256-b", 0, adjust) };

	introduce(pair.b, "c1", ca);
	pair_share(&pair, "c1");
	AWAIT_INSIDE(pair.a, inside,
		     inside.last_error != NULL &&
			     strstr(inside.last_error, reason) != NULL);
	host_expect_nothing(pair.b, "c1");
	pair_stop(&pair);
}

static void
test_introduced_in_vain(void)
{
	/* Revoked by a CA that is trusted anyway, and by the one introduced. */
	assert_not_introduced("p256", "ca-p256", revoke_p256, "revoked");
	assert_not_introduced("secp256k1", "ca-secp256k1",
			      trust_p256_and_lists, "revoked");
	assert_not_introduced("sm2", "ca-secp256k1", trust_p256,
			      "issued by no CA that this host trusts");
}

static void
introduce_rubbish(Host *host, gpointer data)
{
	g_autofree char *file = peer_file(peer_files, "p256", ".pem");
	g_autofree char *no_ca = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_true(g_file_get_contents(file, &no_ca, NULL, NULL));
	g_assert_false(
		peers_introduce(host->peers, "c1", no_ca, NULL, &error));
	g_assert_nonnull(strstr(error->message, "no CA"));
	g_clear_error(&error);
	g_assert_false(
		peers_introduce(host->peers, "c1", "rubbish", NULL, &error));
	g_clear_error(&error);
	g_assert_false(peers_introduce(host->peers, "c1",
				       "Address: 192.0.2.1:1\n", NULL,
				       &error));
	g_assert_cmpuint(peer_credential_introductions(
				 host->peers->link_deps.credential)
				 ->len,
			 ==, 0);
}

static void
test_introduced_rubbish(void)
{
	Host *host = host_start("p256", 0, NULL);

	host_on_loop(host, introduce_rubbish, NULL);
	host_stop(host);
}

/* ---- losing and finding each other ---- */

static void
test_reconnect(void)
{
	Pair pair;
	Host *both[] = { NULL, NULL, NULL };
	guint16 port;

	pair_start(&pair, NULL);
	port = pair.b->port;
	host_stop(pair.b);
	host_expect(pair.a, "c1", "p256-b is gone");
	pair.b = host_start("p256-b", port, NULL);
	both[0] = pair.a;
	both[1] = pair.b;
	host_make_chain(pair.b, "c1");
	host_set_members(pair.b, "c1", both, 0);
	host_await(pair.a, "c1", "p256-b is reachable");
	host_await(pair.b, "c1", "p256 is reachable");
	pair_assert_exchange(&pair, "c1");
	pair_stop(&pair);
}

/* The other side never answers: its connection is there to the end. */
static void
test_stop_while_dialling(void)
{
	Host *host = host_start("p256", 0, NULL);
	Host other = { .name = "p256-b" };
	Host *const members[] = { &other, NULL };
	const int silent = listen_open("test", "127.0.0.1:0", NULL);

	other.port = listen_port(silent);
	host_make_chain(host, "c1");
	host_set_members(host, "c1", members, 1);
	AWAIT_INSIDE(host, inside, inside.links == 1);
	host_stop(host);
	close(silent);
}

static const PeerTest tests[] = {
	{ "who-is-shut-out-is-told-why", test_shut_out, NULL },
	{ "a-revocation-ends-a-connection", test_revoked_later, NULL },
	{ "who-is-introduced-is-met-on-that-chain", test_introduced, NULL },
	{ "an-introduction-excuses-nothing", test_introduced_in_vain, NULL },
	{ "rubbish-introduces-nobody", test_introduced_rubbish, NULL },
	{ "a-host-notices-itself", test_self, NULL },
	{ "hosts-find-each-other-again", test_reconnect, NULL },
	{ "a-host-stops-while-it-dials", test_stop_while_dialling, NULL },
};

int
main(int argc, char **argv)
{
	return peer_tests_main(argc, argv, "/peers/trust", tests,
			       G_N_ELEMENTS(tests), NULL);
}
