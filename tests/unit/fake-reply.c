/* SPDX-License-Identifier: Apache-2.0
 *
 * The fake host's replies: the simulator's, for the fake host's chains.
 */
#include "tests/unit/fake-private.h"

static gboolean
allowed(bsn_chain *chain, const char *service, gboolean closing_too)
{
	return fake_allowed(chain, service, closing_too);
}

static gboolean
gone(bsn_chain *chain)
{
	return !fake_is_chain(chain) || chain->state == FAKE_CRASHED;
}

static GPtrArray *
waiting(bsn_chain *chain)
{
	return chain->waiting;
}

static void
broke(bsn_chain *chain, const char *text)
{
	fake_broke("%s", text);
}

void
fake_replies_init(void)
{
	static const SimReplyHost host = { .allowed = allowed,
					   .gone = gone,
					   .waiting = waiting,
					   .broke = broke };

	sim_reply_set_host(&host);
}

bsn_reply *
fake_reply_new(bsn_chain *chain, FakeAnswer expects)
{
	return sim_reply_new(chain, expects);
}

void
fake_reply_free(bsn_reply *reply)
{
	sim_reply_free(reply);
}

int32_t
fake_asked(bsn_reply *reply, int32_t returned)
{
	return sim_reply_asked(reply, returned);
}

char *
fake_text(bsn_slice slice)
{
	return g_strndup(slice.len > 0 ? (const char *)slice.data : "",
			 slice.len);
}
