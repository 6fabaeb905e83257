/* SPDX-License-Identifier: Apache-2.0
 *
 * The way of a plugin's jobs to a chain's strand, and to the main loop.
 */
#include <bsn/helpers/error.h>

#include "host/chain/internal.h"
#include "host/io/private.h"

struct bsn_io_strand {
	gint refs; /* atomic: the plugin's, and one for each job */
	Chain *chain; /* holds a reference */
	bsn_io_resident *resident;
	ChainWatcher watcher; /* strand; likewise: */
	gboolean watching;
};

typedef struct {
	StrandCall call;
	bsn_io_strand *strand; /* holds a reference; NULL: for the main loop */
	bsn_io_job *job;
} Post;

static void
strand_release(bsn_io_strand *strand)
{
	if (!g_atomic_int_dec_and_test(&strand->refs))
		return;
	chain_unref(strand->chain);
	g_free(strand);
}

bsn_chain *
io_chain_here(void)
{
	return strand_owner_here();
}

static void
chain_closes(ChainWatcher *watcher)
{
	bsn_io_strand *strand =
		(bsn_io_strand *)(void *)((char *)watcher -
					  G_STRUCT_OFFSET(bsn_io_strand,
							  watcher));

	strand->watching = FALSE;
	strand->resident->closing(strand->resident);
}

int32_t
io_strand_keep(bsn_io_account *account, bsn_chain *chain,
	       bsn_io_resident *resident, bsn_io_strand **out, bsn_err *err)
{
	bsn_io_strand *strand;

	if (strand_owner_here() != chain)
		return bsn_fail(err, BSN_E_INVALID,
				"not called on the chain's strand");
	strand = g_new0(bsn_io_strand, 1);
	strand->refs = 1;
	strand->resident = resident;
	strand->watcher.closing = chain_closes;
	if (!chain_watch(chain, &strand->watcher)) {
		g_free(strand);
		return bsn_fail(err, BSN_E_STATE, "the chain closes");
	}
	strand->watching = TRUE;
	strand->chain = chain_ref(chain);
	*out = strand;
	return BSN_OK;
}

static void
run_on_strand(StrandCall *call)
{
	Post *post = (Post *)call;
	bsn_io_strand *strand = post->strand;
	const gboolean alive = chain_is_served(strand->chain,
					       &strand->watcher);

	post->job->run(post->job, alive ? BSN_OK : BSN_UNAVAILABLE);
	strand_release(strand);
	g_free(post);
}

void
io_on_strand(bsn_io_strand *strand, bsn_io_job *job)
{
	Post *post = g_new(Post, 1);

	post->call.run = run_on_strand;
	post->strand = strand;
	post->job = job;
	g_atomic_int_inc(&strand->refs);
	strand_post(strand->chain->strand, &post->call);
}

void
io_strand_free(bsn_io_strand *strand)
{
	if (strand == NULL)
		return;
	if (strand->watching)
		chain_unwatch(strand->chain, &strand->watcher);
	strand->watching = FALSE;
	strand_release(strand);
}

static void
run_on_main(StrandCall *call)
{
	Post *post = (Post *)call;
	bsn_io_job *job = post->job;

	g_free(post);
	job->run(job, BSN_OK);
}

void
io_on_main(bsn_io_account *account, bsn_io_job *job)
{
	Post *post = g_new0(Post, 1);

	post->call.run = run_on_main;
	post->job = job;
	loop_post(account->service->loop, &post->call);
}
