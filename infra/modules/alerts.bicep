// Somebody is told when work dies or the sync goes stale.
param token string
param location string
param tags object
param alertEmail string
param serviceBusId string
param workspaceId string

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${token}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'socmate'
    enabled: true
    emailReceivers: [{ name: 'operations', emailAddress: alertEmail, useCommonAlertSchema: true }]
  }
}

resource deadLetters 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'dead-letters-${token}'
  location: 'global'
  tags: tags
  properties: {
    severity: 2
    enabled: true
    scopes: [serviceBusId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'dead-letters'
          metricName: 'DeadletteredMessages'
          metricNamespace: 'Microsoft.ServiceBus/namespaces'
          operator: 'GreaterThan'
          threshold: 0
          timeAggregation: 'Maximum'
        }
      ]
    }
    actions: [{ actionGroupId: people.id }]
  }
}

// A provider's failure is an outcome of the job, not a failed request: only the program's own log lines tell of it. Failing
// providers are tried with every run, whatever their interval, so the newest line of a healthy one is its last success.
resource staleSync 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: 'stale-sync-${token}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'A provider has not synced for 20 minutes'
    severity: 1
    enabled: true
    evaluationFrequency: 'PT10M'
    windowSize: 'P1D'
    scopes: [workspaceId]
    criteria: {
      allOf: [
        {
          query: '''
AppTraces
| where Message has "sync.done" or Message has "sync.failed"
| extend provider_id = extract('"provider_id":"([^"]+)"', 1, Message)
| where isnotempty(provider_id)
| summarize done_at = maxif(TimeGenerated, Message has "sync.done"), first_at = min(TimeGenerated), last_at = max(TimeGenerated) by provider_id
| where last_at > ago(20m) and (isnull(done_at) or done_at < last_at)
| where coalesce(done_at, first_at) < ago(20m)
'''
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          dimensions: [{ name: 'provider_id', operator: 'Include', values: ['*'] }]
        }
      ]
    }
    actions: { actionGroups: [people.id] }
  }
}

resource deadTimer 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: 'dead-timer-${token}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'The incident sync has not run for 20 minutes'
    severity: 1
    enabled: true
    evaluationFrequency: 'PT10M'
    windowSize: 'PT20M'
    scopes: [workspaceId]
    criteria: {
      allOf: [
        {
          query: 'AppRequests | where Name == "sync-incidents" and Success'
          timeAggregation: 'Count'
          operator: 'LessThan'
          threshold: 1
        }
      ]
    }
    actions: { actionGroups: [people.id] }
  }
}
