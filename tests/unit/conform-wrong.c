/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/conform-wrong.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define CASES 12u

const Subject *conform_subject;

static void G_GNUC_NORETURN
run_in_child(const Check *check, const bsn_plugin *plugin, Page *page)
{
	const ConformOptions options = { .plugin_dir = NULL };
	Run run = { .check = check,
		    .options = &options,
		    .subject = conform_subject,
		    .page = page,
		    .seed = 1,
		    .cases = CASES,
		    .plugin = plugin };

	if (setjmp(run.end) == 0) {
		check->run(&run);
		page_end(page, VERDICT_PASS, "");
	}
	_exit(0);
}

Outcome
conform_run(const Check *check, const bsn_plugin *plugin)
{
	Page *page = page_new();
	Outcome outcome = { .verdict = VERDICT_CRASHED };
	pid_t child;
	int status;

	g_assert_nonnull(page);
	child = fork();
	g_assert_cmpint(child, >=, 0);
	if (child == 0)
		run_in_child(check, plugin, page);
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && page->ended)
		outcome.verdict = (Verdict)page->verdict;
	g_strlcpy(outcome.summary, page->summary, sizeof(outcome.summary));
	g_strlcpy(outcome.call, page->call, sizeof(outcome.call));
	page_free(page);
	return outcome;
}

void
conform_assert_found(const CheckGroup *const *groups, const bsn_plugin *plugin,
		     const char *ids)
{
	g_autoptr(GString) found = g_string_new(NULL);

	for (; *groups != NULL; groups++)
		for (gsize i = 0; i < (*groups)->n; i++) {
			const Check *check = &(*groups)->checks[i];
			Outcome outcome = conform_run(check, plugin);

			if (verdict_is_good(outcome.verdict))
				continue;
			g_test_message("%s %s: %s", check->id,
				       verdict_name(outcome.verdict),
				       outcome.summary);
			g_string_append_printf(found, "%s%s",
					       found->len > 0 ? " " : "",
					       strchr(check->id, '.') + 1);
		}
	g_assert_cmpstr(found->str, ==, ids);
}

/* ---- a plugin ------------------------------------------------------------- */

static const bsn_hash *hashes[2];
static const bsn_signature *signatures[2];
static const bsn_cipher *ciphers[2];
static const bsn_crypto crypto = { .size = sizeof(crypto),
				   .hashes = hashes,
				   .signatures = signatures,
				   .ciphers = ciphers };

static const bsn_encryption *encryptions[2];
static const bsn_key_agreement *agreements[2];
static const bsn_public_key public_key = { .size = sizeof(public_key),
					   .encryptions = encryptions,
					   .agreements = agreements };

static const void *
query(const char *id)
{
	if (strcmp(id, BSN_PUBLIC_KEY_ID) == 0)
		return encryptions[0] != NULL ? &public_key : NULL;
	return strcmp(id, BSN_CRYPTO_ID) == 0 ? &crypto : NULL;
}

const bsn_plugin *
conform_plugin(const bsn_hash *hash, const bsn_signature *signature,
	       const bsn_cipher *cipher)
{
	static const bsn_plugin plugin = { .size = sizeof(plugin),
					   .id = "test.wrong",
					   .version = "1",
					   .query = query };

	hashes[0] = hash;
	signatures[0] = signature;
	ciphers[0] = cipher;
	return &plugin;
}

const bsn_plugin *
conform_public_key(const bsn_encryption *encryption,
		   const bsn_key_agreement *agreement)
{
	encryptions[0] = encryption;
	agreements[0] = agreement;
	return conform_plugin(NULL, NULL, NULL);
}
