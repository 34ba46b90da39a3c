// Everything SoCMate needs in one resource group, and its read access to the Sentinel workspace elsewhere.
targetScope = 'subscription'

@minLength(1)
@maxLength(32)
@description('Name of the environment; every resource name is derived from it.')
param environmentName string

@description('A region that has Flex Consumption.')
param location string

@description('Entra tenants whose people may sign in.')
param entraTenantIds array = [tenant().tenantId]

@description('Application (client) id of the API app registration.')
param apiClientId string

@description('Resource id of the Log Analytics workspace with Sentinel; empty when roles are assigned by hand.')
param sentinelWorkspaceId string = ''

@description('Closes public access to the data services and reaches them through private endpoints. Needs Service Bus Premium.')
param privateNetworking bool = false

@description('Who is told of dead letters and of a stale sync; empty for nobody.')
param alertEmail string = ''

@description('Azure OpenAI model that judges besides the rules, e.g. gpt-4.1; empty for none.')
param modelName string = ''

@description('Version of the model, e.g. 2025-04-14.')
param modelVersion string = ''

@description('Thousands of tokens a minute that the model may take.')
@minValue(1)
param modelCapacity int = 50

@secure()
@description('Mail server with its sign-in, smtps://user:password@host:465, or a Key Vault reference to it; empty for no mail.')
param smtpUrl string = ''

@description('Sender of mail, e.g. SoCMate <soc@contoso.example>.')
param mailFrom string = ''

var tags = { 'azd-env-name': environmentName }

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module app './modules/app.bicep' = {
  name: 'socmate-app'
  scope: group
  params: {
    environmentName: environmentName
    location: location
    tags: tags
    entraTenantIds: entraTenantIds
    apiClientId: apiClientId
    privateNetworking: privateNetworking
    alertEmail: alertEmail
    modelName: modelName
    modelVersion: modelVersion
    modelCapacity: modelCapacity
    smtpUrl: smtpUrl
    mailFrom: mailFrom
  }
}

module sentinelRoles './modules/sentinelRoles.bicep' = if (!empty(sentinelWorkspaceId)) {
  name: 'socmate-sentinel-roles'
  scope: resourceGroup(
    empty(sentinelWorkspaceId) ? subscription().subscriptionId : split(sentinelWorkspaceId, '/')[2],
    empty(sentinelWorkspaceId) ? 'rg-${environmentName}' : split(sentinelWorkspaceId, '/')[4]
  )
  params: {
    workspaceName: last(split(sentinelWorkspaceId, '/'))
    principalId: app.outputs.identityPrincipalId
  }
}

output AZURE_LOCATION string = location
output API_URI string = app.outputs.apiUri
output WEB_URI string = app.outputs.webUri
