// The Functions app on Flex Consumption: identity instead of keys everywhere.
param token string
param location string
param tags object
param identityId string
param identityClientId string
param subnetId string
param workspaceId string
param appInsightsConnectionString string
param storageAccountName string
param blobEndpoint string
param packageContainer string
param bodiesContainer string
param cosmosEndpoint string
param cosmosDatabase string
param serviceBusHostName string
param keyUrl string
param webOrigin string
param entraTenantIds array
param apiClientId string
param modelEndpoint string
param modelDeployment string
@secure()
param smtpUrl string
param mailFrom string

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: 'plan-${token}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource site 'Microsoft.Web/sites@2025-03-01' = {
  name: 'func-${token}'
  location: location
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: {
      minTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${blobEndpoint}${packageContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: { name: 'node', version: '24' }
      scaleAndConcurrency: {
        instanceMemoryMB: 2048
        maximumInstanceCount: 40
      }
    }
  }
}

// Every name beside the host's own is read by shared/config/env.ts; a test compares the two lists.
resource settings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: site
  name: 'appsettings'
  properties: {
    AzureWebJobsStorage__accountName: storageAccountName
    AzureWebJobsStorage__credential: 'managedidentity'
    AzureWebJobsStorage__clientId: identityClientId
    APPLICATIONINSIGHTS_CONNECTION_STRING: appInsightsConnectionString
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
    SERVICE_BUS__fullyQualifiedNamespace: serviceBusHostName
    SERVICE_BUS__credential: 'managedidentity'
    SERVICE_BUS__clientId: identityClientId
    AUTH_MODE: 'entra'
    ENTRA_TENANT_IDS: join(entraTenantIds, ',')
    ENTRA_CLIENT_ID: apiClientId
    COSMOS_ENDPOINT: cosmosEndpoint
    COSMOS_DATABASE: cosmosDatabase
    BLOB_ENDPOINT: blobEndpoint
    BLOB_CONTAINER: bodiesContainer
    KEY_VAULT_KEY_URL: keyUrl
    MANAGED_IDENTITY_CLIENT_ID: identityClientId
    WEB_ORIGIN: webOrigin
    SYNC_CRON: '0 */5 * * * *'
    AZURE_OPENAI_ENDPOINT: modelEndpoint
    AZURE_OPENAI_DEPLOYMENT: modelDeployment
    AZURE_OPENAI_API_VERSION: '2024-10-21'
    AZURE_OPENAI_PRICES: '{}'
    INVESTIGATION_BUDGET: '{}'
    SMTP_URL: smtpUrl
    MAIL_FROM: mailFrom
    TRUSTED_PROXIES: '1'
    USER_REQUESTS_PER_MINUTE: '100'
    APPLICATION_REQUESTS_PER_MINUTE: '200'
  }
}

resource publishing 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = [
  for name in ['scm', 'ftp']: {
    parent: site
    name: name
    properties: { allow: false }
  }
]

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: site
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'allLogs', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

output uri string = 'https://${site.properties.defaultHostName}'
