/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/io-kid.h"

static void
exited(bsn_io_parent *parent, const bsn_io_exit *how)
{
	Kid *kid = (Kid *)parent;

	kid->exited++;
	kid->child = NULL;
	kid->status = how->status;
	kid->code = how->code;
	kid->signal = how->signal;
	kid->reason = g_strdup(how->reason);
}

void
kid_clear(Kid *kid)
{
	g_clear_pointer(&kid->reason, g_free);
	kid->exited = 0;
}

static char *
program(void)
{
	return g_build_filename(g_getenv("G_TEST_BUILDDIR"),
				"tests/unit/io-child", NULL);
}

int32_t
start_spec(IoFixture *fixture, Kid *kid, bsn_io_spec *spec, bsn_err *err)
{
	*kid = (Kid){ .parent = { exited }, .fixture = fixture };
	spec->size = sizeof(*spec);
	if (spec->name == NULL)
		spec->name = "kid";
	return fixture->io->child_start(fixture->account, spec, &kid->parent,
					&kid->child, err);
}

void
start_well(IoFixture *fixture, Kid *kid, bsn_io_spec *spec)
{
	bsn_err err = BSN_ERR_INIT;
	const int32_t status = start_spec(fixture, kid, spec, &err);

	g_assert_cmpstr(err.reason, ==, "");
	g_assert_cmpint(status, ==, BSN_OK);
}

void
start_verb(IoFixture *fixture, Kid *kid, const char *verb, const char *argument,
	   bsn_io_spec spec)
{
	g_autofree char *path = program();
	const char *argv[] = { path, verb, argument, NULL };

	spec.argv = argv;
	start_well(fixture, kid, &spec);
}

int
run_verb(IoFixture *fixture, const char *verb, const char *argument)
{
	Kid kid;
	int code;

	start_verb(fixture, &kid, verb, argument,
		   (bsn_io_spec){ .name = verb });
	io_run_until(fixture, &kid.exited, 1);
	g_assert_cmpint(kid.status, ==, kid.code == 0 ? BSN_OK : BSN_FAULT);
	code = kid.code;
	kid_clear(&kid);
	return code;
}

void
run_shell(IoFixture *fixture, Kid *kid, const char *script, bsn_io_spec spec)
{
	const char *argv[] = { "sh", "-c", script, NULL };

	spec.argv = argv;
	start_well(fixture, kid, &spec);
	io_run_until(fixture, &kid->exited, 1);
}
