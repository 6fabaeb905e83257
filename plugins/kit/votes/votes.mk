# plugins/kit/votes: what protocols have in common whose members vote.
noinst_LIBRARIES += libbsn-votes.a
libbsn_votes_a_SOURCES = plugins/kit/votes/claims.c plugins/kit/votes/claims.h \
	plugins/kit/votes/members.c plugins/kit/votes/members.h \
	plugins/kit/votes/services.c plugins/kit/votes/services.h \
	plugins/kit/votes/wire.c plugins/kit/votes/wire.h
libbsn_votes_a_CPPFLAGS = $(plugin_flags)
libbsn_votes_libs = libbsn-votes.a $(GLIB_LIBS)
