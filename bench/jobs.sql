-- SPDX-License-Identifier: ISC
--
-- What contact-status --jobs does, as sets: `incoming` has a snapshot of jobs as
-- text. One transaction, which begins when that has been read. Rows that bring
-- nothing new write nothing.

BEGIN;

INSERT OR IGNORE INTO organization (name)
	SELECT DISTINCT organization FROM incoming WHERE organization <> '';

-- Whom and what a row means.
CREATE TEMP TABLE resolved AS
	SELECT i.ext, i.title, o.id AS organization,
	    coalesce(e.rowid, c.rowid) AS contact, i.status, i.opened_on, i.closed_on,
	    i.status IN ('Open', 'On Hold') AS open
	FROM incoming AS i
	LEFT JOIN organization AS o ON o.name = i.organization
	LEFT JOIN contact AS e ON e.Email = i.contact COLLATE NOCASE
	LEFT JOIN contact AS c ON c.Id = i.contact;

-- Jobs that are created or closed: edits change nobody.
CREATE TEMP TABLE happened AS
	SELECT r.ext, r.contact
	FROM resolved AS r
	LEFT JOIN job AS j ON j.ext = r.ext
	WHERE j.id IS NULL OR (j.status IN ('Open', 'On Hold') AND NOT r.open);

INSERT INTO job (ext, title, organization, contact, status, opened_on, closed_on)
	SELECT ext, title, organization, contact, status, opened_on, closed_on
	FROM resolved
	WHERE contact IS NOT NULL
	ON CONFLICT (ext) DO UPDATE SET title = excluded.title,
	    organization = excluded.organization, contact = excluded.contact,
	    status = excluded.status, opened_on = excluded.opened_on,
	    closed_on = excluded.closed_on
	WHERE (title, organization, contact, status, opened_on, closed_on) IS NOT
	    (excluded.title, excluded.organization, excluded.contact, excluded.status,
	    excluded.opened_on, excluded.closed_on);

-- Active while any job is open, else Past.
CREATE TEMP TABLE outcome AS
	SELECT h.contact, max(h.ext) AS ext, c.TR1__Client_Status__c AS before,
	    CASE WHEN EXISTS (SELECT 1 FROM job AS j WHERE j.contact = h.contact
	    AND j.status IN ('Open', 'On Hold')) THEN 'Active' ELSE 'Past' END AS after
	FROM happened AS h JOIN contact AS c ON c.rowid = h.contact
	GROUP BY h.contact;

INSERT INTO history (contact, before, after, at, job)
	SELECT o.contact, o.before, o.after, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), j.id
	FROM outcome AS o JOIN job AS j ON j.ext = o.ext
	WHERE o.before IS NOT o.after;

UPDATE contact SET TR1__Client_Status__c = o.after
	FROM outcome AS o
	WHERE o.contact = contact.rowid AND o.before IS NOT o.after;

COMMIT;
