/** The greatest incident number: SecurityIncident.IncidentNumber is a column of type int. */
export const INCIDENT_NUMBER_MAX = 2 ** 31 - 1;
