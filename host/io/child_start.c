/* SPDX-License-Identifier: Apache-2.0 */
#include "host/io/child_private.h"

#include <errno.h>
#include <string.h>

#include <bsn/helpers/error.h>

#include "host/process/confine.h"

#define START_MS 60000u
#define DOOR_PORT 7052u
#define STARTS_PER_MINUTE 10u
#define WORDS_MAX 256u
#define NAME_BYTES_MAX 63u

static int32_t
check_spec(const bsn_io_account *account, const bsn_io_spec *spec,
	   bsn_err *err)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789._-";
	const IoConfig *config = &account->service->config;
	const gsize len = spec->name != NULL ? strlen(spec->name) : 0;

	if (len == 0 || len > NAME_BYTES_MAX || spec->name[0] == '.' ||
	    strspn(spec->name, letters) != len)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a child's name is 1 to %u letters, digits, "
				"'.', '_' or '-', and no '.' first",
				NAME_BYTES_MAX);
	if (spec->argv == NULL || spec->argv[0] == NULL ||
	    g_strv_length((char **)(gpointer)spec->argv) > WORDS_MAX ||
	    (spec->env != NULL &&
	     g_strv_length((char **)(gpointer)spec->env) > WORDS_MAX))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a child needs a program, and at most %u "
				"arguments and variables",
				WORDS_MAX);
	if (spec->door_port > G_MAXUINT16)
		return bsn_fail(err, BSN_BAD_REQUEST, "%u is no port",
				spec->door_port);
	if (spec->memory_max > config->child_memory_max)
		return bsn_fail(err, BSN_DENIED,
				"a child may have %" G_GUINT64_FORMAT
				" bytes of memory: [io] child_memory_max",
				config->child_memory_max);
	if (account->children.length >= config->children_max)
		return bsn_fail(err, BSN_BUSY,
				"there are %u children, as many as may be",
				account->children.length);
	return BSN_OK;
}

static int32_t
count_start(bsn_io_account *account, const char *name, const IoStarts **out,
	    bsn_err *err)
{
	IoStarts *starts = g_hash_table_lookup(account->starts, name);
	guint missed;

	if (starts == NULL) {
		starts = g_new0(IoStarts, 1);
		g_hash_table_insert(account->starts, g_strdup(name), starts);
	}
	*out = starts;
	if (!io_rate_allows(&starts->rate, g_get_monotonic_time(),
			    STARTS_PER_MINUTE, &missed))
		return bsn_fail(err, BSN_BUSY,
				"%s was started %u times in the last minute",
				name, STARTS_PER_MINUTE);
	account->child_starts++;
	if (starts->starts++ > 0)
		account->child_restarts++;
	return BSN_OK;
}

static char *
with_directory(const bsn_io_child *child, const char *text)
{
	g_auto(GStrv) parts = g_strsplit(text, BSN_IO_DIRECTORY, -1);

	return g_strjoinv(child->directory, parts);
}

static void
add_number(GPtrArray *words, const char *name, guint64 number)
{
	g_ptr_array_add(words, g_strdup_printf("%s=%" G_GUINT64_FORMAT, name,
					       number));
}

static IoLimits
limits_of(const IoConfig *config, const bsn_io_spec *spec)
{
	return (IoLimits){
		.memory = spec->memory_max > 0 ? spec->memory_max :
						 config->child_memory_max,
		.processes = config->child_processes_max,
		.cpu_percent = config->child_cpu_percent,
	};
}

static char **
argv_of(const bsn_io_child *child, const bsn_io_spec *spec)
{
	const IoConfig *config = &child->account->service->config;
	GPtrArray *words = g_ptr_array_new();

	g_ptr_array_add(words, g_strdup(config->confiner));
	add_number(words, "memory", child->limits.memory);
	add_number(words, "file-bytes", config->child_file_max);
	add_number(words, "files", config->child_files_max);
	add_number(words, "processes", child->limits.processes);
	add_number(words, "required", config->child_confined ? 1 : 0);
	if (spec->door != NULL)
		add_number(words, "door",
			   spec->door_port > 0 ? spec->door_port : DOOR_PORT);
	for (const char *const *path = config->child_paths; *path != NULL;
	     path++)
		g_ptr_array_add(words, g_strconcat("read=", *path, NULL));
	g_ptr_array_add(words, g_strconcat("write=", child->directory, NULL));
	g_ptr_array_add(words, g_strdup("--"));
	for (const char *const *word = spec->argv; *word != NULL; word++)
		g_ptr_array_add(words, with_directory(child, *word));
	g_ptr_array_add(words, NULL);
	return (char **)g_ptr_array_free(words, FALSE);
}

static char **
with_prefix(char **env)
{
	for (char **word = env; *word != NULL; word++) {
		char *prefixed = g_strconcat(CONFINE_ENV, *word, NULL);

		g_free(*word);
		*word = prefixed;
	}
	return env;
}

static char **
env_of(const bsn_io_child *child, const bsn_io_spec *spec)
{
	char **env = NULL;

	env = g_environ_setenv(env, "PATH", "/usr/local/bin:/usr/bin:/bin",
			       TRUE);
	env = g_environ_setenv(env, "LC_ALL", "C.UTF-8", TRUE);
	env = g_environ_setenv(env, "HOME", child->directory, TRUE);
	env = g_environ_setenv(env, "TMPDIR", child->directory, TRUE);
	for (const char *const *word = spec->env; word != NULL && *word != NULL;
	     word++) {
		const char *value = strchr(*word, '=');
		g_autofree char *name = NULL;
		g_autofree char *text = NULL;

		if (value == NULL || value == *word)
			continue;
		name = g_strndup(*word, (gsize)(value - *word));
		text = with_directory(child, value + 1);
		env = g_environ_setenv(env, name, text, TRUE);
	}
	return with_prefix(env);
}

static bsn_io_child *
child_new(bsn_io_account *account, const bsn_io_spec *spec,
	  bsn_io_parent *parent, const IoStarts *starts)
{
	bsn_io_child *child = g_new0(bsn_io_child, 1);

	child->link.data = child;
	child->account = account;
	child->parent = parent;
	child->starts = starts;
	child->control = -1;
	child->name = g_strdup(spec->name);
	child->directory = g_strdup_printf(
		"%s/children/%s.%" G_GUINT64_FORMAT, account->directory,
		spec->name, starts->starts);
	child->limits = limits_of(&account->service->config, spec);
	child->argv = argv_of(child, spec);
	child->env = env_of(child, spec);
	child->missing = g_string_new(NULL);
	child->acceptor = spec->door;
	return child;
}

int32_t
io_child_start(bsn_io_account *account, const bsn_io_spec *spec,
	       bsn_io_parent *parent, bsn_io_child **out, bsn_err *err)
{
	const IoStarts *starts;
	IoFiles *files;
	IoTls *tls;
	bsn_io_child *child;
	int32_t status = check_spec(account, spec, err);

	if (status != BSN_OK)
		return status;
	tls = io_tls_new(spec->door_tls, TRUE, NULL, err);
	if (tls == NULL)
		return BSN_BAD_REQUEST;
	files = io_files_new(spec, &status, err);
	if (status == BSN_OK)
		status = count_start(account, spec->name, &starts, err);
	if (status != BSN_OK) {
		io_files_free(files);
		io_tls_unref(tls);
		return status;
	}
	child = child_new(account, spec, parent, starts);
	child->tls = tls;
	child->files = files;
	if (!io_child_begin(child,
			    spec->start_ms > 0 ? spec->start_ms : START_MS))
		return bsn_fail(err, BSN_E_IO, "%s", g_strerror(errno));
	*out = child;
	return BSN_OK;
}
