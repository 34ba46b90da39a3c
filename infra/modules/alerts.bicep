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

resource staleSync 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: 'stale-sync-${token}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'No successful incident sync in 20 minutes'
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
