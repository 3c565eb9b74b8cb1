"""The staff form: a spreadsheet of answers, a line a person, becomes accounts of instructors and supervisors."""
