/* SPDX-License-Identifier: ISC */
/* Exports and lists of jobs, placements and events (TR-44), and the words that
 * maps know for their values. All people and firms are invented. */
#include "drafts.h"

static const struct drafts_case bullhorn[] = {
	{ .sentence =
		"TR-44 a JobOrder export, padded: isOpen goes before the word, which "
		"is kept; the contact by name and by id",
	    TEXT(" externalID , title , status , isOpen , clientCorporation.name ,"
		 " clientCorporation.externalID , clientContact.email ,"
		 " clientContact.externalID , dateAdded , dateClosed , salary ,"
		 " isDeleted \n"
		 " j1 , Welder , Accepting Candidates , TRUE , Acme , c1 ,"
		 " ann@acme.example , p1 , 03/09/26 08:15 , , 10 , FALSE \n"
		 "j2,Fitter,Closed,0,,c1,,p1,03/10/26 09:00,04/01/26 17:30,,\n"
		 "j3,Error,,,,,,,,,,TRUE\n"),
	    "2 title=Welder organization=Acme contact=ann@acme.example status=Open "
	    "opened_on=2026-03-09 ext.bullhorn=j1 attr.salary=10 "
	    "attr.status=Accepting Candidates beside organization@=bullhorn:c1 beside "
	    "contact@=bullhorn:p1\n"
	    "3 title=Fitter organization@=bullhorn:c1 contact@=bullhorn:p1 status=Closed "
	    "opened_on=2026-03-10 closed_on=2026-04-01 ext.bullhorn=j2\n"
	    "4 -DELETED_AT_SOURCE title=Error ext.bullhorn=j3\n",
	    .shape = "bullhorn/jobs",
	    .kind = "job" },
	{ .sentence = "TR-6 without isOpen the word counts, however it is written; one "
		      "that no line knows is refused",
	    TEXT("id,title,clientContact.id,status\n1,A,7,currently_interviewing\n"
		 "2,B,7,  LOST to\xc2\xa0"
		 "competitor \n3,C,7,on-hold\n4,D,7,Placed\n5,E,7,Waiting\n6,F,7,\n"
		 "7,G,7,Placed\n"),
	    "2 title=A contact@=bullhorn:7 status=Open ext.bullhorn=1\n"
	    "3 title=B contact@=bullhorn:7 status=Closed ext.bullhorn=2\n"
	    "4 title=C contact@=bullhorn:7 status=On Hold ext.bullhorn=3\n"
	    "5 title=D contact@=bullhorn:7 status=Filled ext.bullhorn=4\n"
	    "6 !BAD_STATUS 4 status: \"Waiting\" is none of Open, On Hold, Filled, "
	    "Closed title=E contact@=bullhorn:7 ext.bullhorn=5\n"
	    "7 title=F contact@=bullhorn:7 ext.bullhorn=6\n"
	    "8 title=G contact@=bullhorn:7 status=Filled ext.bullhorn=7\n",
	    .kind = "job",
	    .show = SHOW_MESSAGES },
	{ .sentence = "of two ids of a job, and of its contact, the first counts and the "
		      "other stays",
	    TEXT("externalID,id,title,isOpen,clientContact.externalID,clientContact.id\n"
		 "j1,1,A,1,p1,7\nj2,,B,1,p2,\n"),
	    "2 title=A contact@=bullhorn:7 status=Open ext.bullhorn=1 "
	    "attr.externalid=j1 attr.clientcontact_externalid=p1\n"
	    "3 title=B contact@=bullhorn:p2 status=Open ext.bullhorn=j2\n",
	    .kind = "job" },
	{ .sentence = "and beside a name too",
	    TEXT("title,clientContact.email,clientContact.id,clientContact.externalID\n"
		 "A,a@example.org,7,p1\nB,b@example.org,,p1\nC,c@example.org,7,7\n"),
	    "2 title=A contact=a@example.org attr.clientcontact_externalid=p1 beside "
	    "contact@=bullhorn:7\n"
	    "3 title=B contact=b@example.org beside contact@=bullhorn:p1\n"
	    "4 title=C contact=c@example.org beside contact@=bullhorn:7\n",
	    .kind = "job" },
	{ .sentence =
		"TR-34 TR-35 TR-36 a Placement export: words for employment, and an "
		"end that is an action",
	    TEXT("externalID,jobOrder.externalID,candidate.externalID,candidate.email,"
		 "employmentType,dateBegin,dateEnd,status,endAssignment\n"
		 "x1,j1,p1,li@example.org,Contract To Hire,08/17/26 0:00,"
		 "12/31/26 0:00,Approved,false\n"
		 "x2,j1,p2,,Direct Hire,8/17/26 0:00,,Approved,\n"
		 "x3,j1,p3,,full time,,,,TRUE\nx4,j1,p4,,Opportunity,,,,perhaps\n"),
	    "2 job@=bullhorn:j1 candidate=li@example.org employment=Consultant "
	    "started_on=2026-08-17 ended_on=2026-12-31 ext.bullhorn=x1 "
	    "attr.status=Approved beside candidate@=bullhorn:p1\n"
	    "3 job@=bullhorn:j1 candidate@=bullhorn:p2 employment=Permanent "
	    "started_on=2026-08-17 ext.bullhorn=x2 attr.status=Approved\n"
	    "4 job@=bullhorn:j1 candidate@=bullhorn:p3 employment=Permanent ended=true "
	    "ext.bullhorn=x3\n"
	    "5 !BAD_VALUE 5 employmentType: \"Opportunity\" is none of Consultant, "
	    "Permanent job@=bullhorn:j1 candidate@=bullhorn:p4 ext.bullhorn=x4\n",
	    .shape = "bullhorn/placements",
	    .kind = "placement",
	    .show = SHOW_MESSAGES },
	{ .sentence = "a JobOrder export is none of contacts",
	    TEXT("title,clientCorporation.externalID,clientContact.externalID,isOpen\n"
		 "A,c1,p1,TRUE\n"),
	    "fault: this looks like a Bullhorn JobOrder export (job), not contact: use "
	    "-k job\n" },
	{ .sentence = "nor is a Placement export",
	    TEXT("candidate.externalID,jobOrder.externalID,employmentType\np1,j1,Temp\n"),
	    "fault: this looks like a Bullhorn Placement export (placement), not "
	    "contact: use -k placement\n" },
	{ .sentence = "a ClientContact export is none of jobs",
	    TEXT("clientCorporation.externalID,email,externalID,firstName,lastName,"
		 "massMailOptOut,occupation,status\nc1,a@example.org,p1,A,B,,,Active\n"),
	    "fault: this looks like a Bullhorn export (contact), not job: use -k "
	    "contact\n",
	    .kind = "job" },
	{ .sentence = "who was put forward for a job is not placed",
	    TEXT("candidate.externalID,jobOrder.externalID,status\np1,j1,Submitted\n"),
	    "fault: no header found in the first 10 records: line 1 has "
	    "\"candidate.externalID\", \"jobOrder.externalID\", \"status\"\n",
	    .kind = "placement" },
	{ .sentence = "and an opportunity is no job",
	    TEXT("clientContact.externalID,clientCorporation.externalID,dealValue,isOpen,"
		 "title\np1,c1,10,TRUE,A\n"),
	    "2 title=A attr.clientcontact_externalid=p1 "
	    "attr.clientcorporation_externalid=c1 attr.dealvalue=10 attr.isopen=TRUE\n",
	    .shape = "generic/jobs",
	    .kind = "job" },
};

static const struct drafts_case salesforce[] = {
	{ .sentence =
		"CS-4 TR-44 jobs of Talent Rover: long ids, a contact by e-mail and "
		"by id, further people kept",
	    TEXT("Id,IsDeleted,Name,TR1__Job_Title__c,TR1__Account__c,"
		 "TR1__Account__r.Name,TR1__Contact__c,TR1__Contact__r.Email,"
		 "TR1__Hiring_Manager__c,TR1__Status__c,TR1__Open_Date__c,"
		 "TR1__Closed_Date__c,OwnerId\n"
		 "a0J8a000037J0gg,0,Welder,Welder II,0018a000037J0gg,Acme,"
		 "0038a000037J0gg,ann@acme.example,0038a000037J0gh,Active,2026-03-09,,"
		 "0058a000037J0gg\n"
		 "a0J8a000037J0gh,0,Fitter,,0018a000037J0ggAAC,,,,0038a000037J0ghAAC,"
		 "Closed - Filled,2026-03-10 08:00:00,2026-04-01,\n"
		 "a0J8a000037J0gi,1,Gone,,,,,,,,,,\n"),
	    "2 title=Welder organization=Acme contact=ann@acme.example status=Open "
	    "opened_on=2026-03-09 ext.salesforce=a0J8a000037J0ggEAC "
	    "attr.owner_ext_id=0058a000037J0ggAAC attr.tr1_job_title_c=Welder II "
	    "attr.tr1_hiring_manager_c=0038a000037J0gh beside "
	    "organization@=salesforce:0018a000037J0ggAAC beside "
	    "contact@=salesforce:0038a000037J0ggAAC\n"
	    "3 title=Fitter organization@=salesforce:0018a000037J0ggAAC "
	    "contact@=salesforce:0038a000037J0ghAAC status=Filled "
	    "opened_on=2026-03-10 closed_on=2026-04-01 "
	    "ext.salesforce=a0J8a000037J0ghEAC\n"
	    "4 -DELETED_AT_SOURCE title=Gone ext.salesforce=a0J8a000037J0giEAC\n",
	    .shape = "salesforce/tr1-job",
	    .kind = "job" },
	{ .sentence = "TR-34 TR-36 its closing reports: the first column that says what "
		      "employment it is, a start that came true, an end by action",
	    TEXT(
		"Id,TR1__Job__c,TR1__Person_Placed__c,TR1__Job_Type__c,RecordType.Name,"
		"TR1__Start_Date__c,TR1__Actual_Start_Date__c,TR1__End_Date__c,"
		"TR1__End_Assignment__c\n"
		"a0C8a000037J0gg,a0J8a000037J0gg,0038a000037J0gg,Contractor,Temp,"
		"2026-05-04,2026-05-06,2026-08-28,1\n"
		"a0C8a000037J0gh,a0J8a000037J0gg,0038a000037J0gh,,Perm,2026-05-04,,,0\n"),
	    "2 job@=salesforce:a0J8a000037J0ggEAC "
	    "candidate@=salesforce:0038a000037J0ggAAC employment=Consultant "
	    "started_on=2026-05-06 ended_on=2026-08-28 ended=true "
	    "ext.salesforce=a0C8a000037J0ggEAC attr.recordtype_name=Temp "
	    "attr.tr1_start_date_c=2026-05-04\n"
	    "3 job@=salesforce:a0J8a000037J0ggEAC "
	    "candidate@=salesforce:0038a000037J0ghAAC employment=Permanent "
	    "started_on=2026-05-04 ext.salesforce=a0C8a000037J0ghEAC\n",
	    .shape = "salesforce/tr1-closing-report",
	    .kind = "placement" },
	{ .sentence = "CS-4 a reference whose case was lost is BAD_ID",
	    TEXT("Id,Name,TR1__Contact__c,TR1__Open_Date__c\n"
		 "a0J8a000037J0gg,A,0038a000037j0ggAAC,\n"),
	    "2 !BAD_ID title=A ext.salesforce=a0J8a000037J0ggEAC\n",
	    .kind = "job" },
	{ .sentence = "contacts with columns of Talent Rover stay contacts",
	    TEXT("Id,LastName,AccountId,TR1__Job_Title__c,TR1__Client_Status__c\n"
		 "0038a000037J0gg,Oh,,Boss,Active\n"),
	    "2 last_name=Oh client_status=Active ext.salesforce=0038a000037J0ggAAC "
	    "attr.tr1_job_title_c=Boss\n",
	    .shape = "salesforce/api" },
	{ .sentence = "a closing report is none of jobs",
	    TEXT("Id,TR1__Job__c,TR1__Person_Placed__c,TR1__Closed_Date__c\n,,,\n"),
	    "fault: this looks like a Talent Rover closing report export (placement), "
	    "not job: use -k placement\n",
	    .kind = "job" },
};

static const struct drafts_case lists[] = {
	{ .sentence = "the names of the fields are a header",
	    TEXT("title,contact,status\nWelder,ann@acme.example,open\n"),
	    "2 title=Welder contact=ann@acme.example status=Open\n",
	    .shape = "generic/jobs",
	    .kind = "job" },
	{ .sentence = "TR-44 also with the ids of another system",
	    TEXT("ext.ats,title,contact,status\n7,Welder,ats:9,on_hold\n"),
	    "2 title=Welder contact=ats:9 status=On Hold ext.ats=7\n",
	    .kind = "job" },
	{ .sentence = "and what recruiters call them",
	    TEXT("Our jobs\n\nJob ID,Job Title,Company,Contact Email,Status\n"
		 "7,Welder,Acme,ann@acme.example,In progress\n"),
	    "4 title=Welder organization=Acme contact=ann@acme.example status=Open "
	    "attr.job_id=7\n",
	    .shape = "generic/jobs",
	    .kind = "job" },
	{ .sentence = "a title alone makes a list of jobs, ids count where their system "
		      "is named",
	    TEXT("Req ID,Position,Hiring Manager,Contact ID,Date Opened,Closed Date,"
		 "State\n7,Welder,ann@acme.example,9,2026-03-09,2026-04-01,Cancelled\n"
		 "8,Fitter,,9,,,Paused\n"),
	    "2 title=Welder contact=ann@acme.example status=Closed "
	    "opened_on=2026-03-09 closed_on=2026-04-01 ext.ats=7 beside "
	    "contact@=ats:9\n"
	    "3 title=Fitter contact@=ats:9 status=On Hold ext.ats=8\n",
	    .map = "generic:ats",
	    .kind = "job" },
	{ .sentence = "a field by its own name goes before one by id",
	    TEXT("title,Contact ID,contact\nWelder,9,ann@acme.example\n"),
	    "2 title=Welder contact=ann@acme.example beside contact@=ats:9\n",
	    .map = "generic:ats",
	    .kind = "job" },
	{ .sentence = "of several people an e-mail goes before a name, which is kept",
	    TEXT("Role,Hiring Manager,Hiring Manager Email\nWelder,Ann Oh,"
		 "ann@acme.example\n"),
	    "2 title=Welder contact=ann@acme.example attr.hiring_manager=Ann Oh\n",
	    .kind = "job" },
	{ .sentence = "given as contacts a list of jobs is read as one of contacts",
	    TEXT("Job ID,Job Title,Company,Contact Email,Status\n"
		 "7,Welder,Acme,ann@acme.example,Active\n"),
	    "2 email=ann@acme.example title=Welder organization=Acme attr.job_id=7 "
	    "attr.status=Active\n",
	    .shape = "generic/contacts" },
	{ .sentence = "TR-34 TR-36 placements, where a list may say what has ended",
	    TEXT("Placement ID,Job ID,Candidate Email,Type,Start Date,End Date,"
		 "End Assignment\n1,7,li@example.org,Contract,2026-05-04,2026-08-28,no\n"
		 "2,7,wei@example.org,Perm,2026-05-04,,\n"
		 "3,7,asha@example.org,contract-to-hire,,,Yes\n"),
	    "2 job@=ats:7 candidate=li@example.org employment=Consultant "
	    "started_on=2026-05-04 ended_on=2026-08-28 ext.ats=1\n"
	    "3 job@=ats:7 candidate=wei@example.org employment=Permanent "
	    "started_on=2026-05-04 ext.ats=2\n"
	    "4 job@=ats:7 candidate=asha@example.org employment=Consultant ended=true "
	    "ext.ats=3\n",
	    .map = "generic:ats",
	    .shape = "generic/placements",
	    .kind = "placement" },
	{ .sentence = "TR-38 end_assignment is an action in any spelling, ended a flag",
	    TEXT("job,candidate,end_assignment\nats:7,li@example.org,false\n"
		 "ats:7,wei@example.org,1\n"),
	    "2 job=ats:7 candidate=li@example.org ended=\n"
	    "3 job=ats:7 candidate=wei@example.org ended=true\n",
	    .kind = "placement",
	    .show = SHOW_BLANKS },
	{ .sentence = "so it clears nothing by saying no, unless blanks are to clear",
	    TEXT("job,candidate,EndAssignment\nats:7,li@example.org,false\n"),
	    "2 job=ats:7 candidate=li@example.org ended-=\n",
	    .kind = "placement",
	    .blank_clears = true,
	    .show = SHOW_BLANKS },
	{ .sentence = "the flag itself says both",
	    TEXT("job,candidate,ended\nats:7,li@example.org,false\n"),
	    "2 job=ats:7 candidate=li@example.org ended=false\n",
	    .kind = "placement" },
	{ .sentence = "TR-44 events as they are specified",
	    TEXT("event_id,at,event,job,contact,employment\n"
		 "1,2026-10-05T08:30:00Z,job_closed,ats:7,ann@acme.example,\n"
		 "2,2026-10-05 09:00,Closing Report,ats:7,li@example.org,Contractor\n"
		 "3,,job_painted,ats:7,,\n"),
	    "2 event_id=1 at=2026-10-05T08:30:00Z event=job_closed job=ats:7 "
	    "contact=ann@acme.example\n"
	    "3 event_id=2 at=2026-10-05T09:00:00Z event=closing_report job=ats:7 "
	    "contact=li@example.org employment=Consultant\n"
	    "4 !BAD_VALUE event_id=3 job=ats:7\n",
	    .shape = "generic/status-events",
	    .kind = "status_event" },
	{ .sentence = "and as a log may have them",
	    TEXT("Event ID,Date/Time,Event Type,Job ID,Candidate Email,Contact ID\n"
		 "1,2026-10-05 08:30,Assignment Ended,7,li@example.org,9\n"),
	    "2 event_id=1 at=2026-10-05T08:30:00Z event=end_assignment job@=ats:7 "
	    "contact=li@example.org beside contact@=ats:9\n",
	    .map = "generic:ats",
	    .kind = "status_event" },
	{ .sentence = "our own columns are read by our own words",
	    TEXT("id,rev,title,status\n7,3,Welder,Open\n8,3,Fitter,Active\n"),
	    "2 id:7 rev:3 title=Welder status=Open\n3 !BAD_STATUS id:8 rev:3 "
	    "title=Fitter\n",
	    .kind = "job" },
};

static void
test_bullhorn(void **state)
{
	drafts_check_all(*state, bullhorn, sizeof(bullhorn) / sizeof(bullhorn[0]));
}

static void
test_salesforce(void **state)
{
	drafts_check_all(*state, salesforce, sizeof(salesforce) / sizeof(salesforce[0]));
}

static void
test_lists(void **state)
{
	drafts_check_all(*state, lists, sizeof(lists) / sizeof(lists[0]));
}

/* Runs a case with a map that a user wrote. */
static void
check_map(struct store *store, const char *map, struct drafts_case test)
{
	char path[] = "/tmp/contact-map-XXXXXX";
	struct buf expected = BUF_EMPTY;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, map, strlen(map)), strlen(map));
	close(fd);
	/* What is wrong with a map is told with its path. */
	if (strncmp(test.expected, "fault: :", 8) == 0) {
		buf_printf(&expected, "fault: %s%s", path, test.expected + 7);
		test.expected = buf_string(&expected);
	}
	test.map = path;
	drafts_check_all(store, &test, 1);
	buf_release(&expected);
	unlink(path);
}

/* Words stand for values in any field that is read cell by cell, those of a
 * shape before those of the shape that it is like. */
static void
test_words(void **state)
{
	static const char map[] =
	    "map board\nshape first\nkind contact\n"
	    "value client_status Kunde Active\nvalue client_status alt Past\n"
	    "value title Chef Manager\nvalue organization \"Self employed\" None\n"
	    "value do_not_email \"bitte nicht\" true\nvalue attr.tier \"1\" gold\n"
	    "value attr.cold nein false\nvalue phone none 0\n"
	    "Stage -> client_status\nTier -> attr.tier\nCold -> attr.cold flag\n"
	    "Firm -> organization\nMail -> email\nQuiet -> do_not_email\n"
	    "Phone N - Value -> phone#\nBoth -> title multi:/\n"
	    "shape second\nkind contact\nall mail stage\nlike first\n"
	    "value client_status ALT Prospect\n";

	check_map(*state, map,
	    (struct drafts_case){ .sentence = "words of a map",
		TEXT("Mail,Stage,Tier,Cold,Firm,Quiet,Phone 1 - Value,Both\n"
		     "a@x.org,K\xc3\xbcnd\xc3\xa9,1,NEIN,self_employed,Bitte-nicht,"
		     "None,CHEF / Owner\n"
		     "b@x.org,kunde,1,ja,Acme,no,1,Chefin\n"
		     "c@x.org,alt,2,nein,#REF!,yes,,\nd@x.org,kunden,,,,,,\n"),
		"2 email=a@x.org phone=0 title=Manager organization=None "
		"client_status=Active do_not_email=true attr.tier=gold attr.cold=false "
		"attr.both=Owner\n"
		"3 email=b@x.org phone=1 title=Chefin organization=Acme "
		"client_status=Active do_not_email=false attr.tier=gold "
		"attr.cold=ja\n"
		"4 !BAD_VALUE email=c@x.org client_status=Prospect do_not_email=true "
		"attr.tier=2 attr.cold=false\n"
		"5 !BAD_STATUS email=d@x.org\n",
		.shape = "board/second" });
}

/* VALUE is one of the field's, whether or not the file has a column for it. */
static void
test_wrong_values(void **state)
{
	check_map(*state,
	    "map board\nshape jobs\nkind job\nall title\nvalue status Live Opened\n",
	    (struct drafts_case){ .sentence = "a value that the field does not have",
		TEXT("title\nWelder\n"),
		"fault: :5: \"Opened\" is none of Open, On Hold, Filled, Closed\n",
		.kind = "job" });
	check_map(*state,
	    "map board\nshape p\nkind placement\nall job\nvalue ended over maybe\n",
	    (struct drafts_case){ .sentence = "a flag that is none",
		TEXT("job,candidate,ended\n7,8,over\n"),
		"fault: :5: \"maybe\" is neither true nor false\n",
		.kind = "placement" });
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bullhorn),
		cmocka_unit_test(test_salesforce),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_wrong_values),
	};

	return cmocka_run_group_tests(tests, drafts_open, drafts_close);
}
