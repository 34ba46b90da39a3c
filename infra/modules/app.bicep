// The resource group: one identity, and the modules that trust it.
param environmentName string
param location string
param tags object
param entraTenantIds array
param apiClientId string
param privateNetworking bool
param alertEmail string
param modelName string
param modelVersion string
param modelCapacity int
@secure()
param smtpUrl string
param mailFrom string

var token = toLower(uniqueString(subscription().id, resourceGroup().id, environmentName, location))

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-${token}'
  location: location
  tags: tags
}

module monitoring './monitoring.bicep' = {
  name: 'monitoring'
  params: {
    token: token
    location: location
    tags: tags
    principalId: identity.properties.principalId
  }
}

module storage './storage.bicep' = {
  name: 'storage'
  params: {
    token: token
    location: location
    tags: tags
    principalId: identity.properties.principalId
    privateNetworking: privateNetworking
    workspaceId: monitoring.outputs.workspaceId
  }
}

module documents './documents.bicep' = {
  name: 'documents'
  params: {
    token: token
    location: location
    tags: tags
    principalId: identity.properties.principalId
    privateNetworking: privateNetworking
    workspaceId: monitoring.outputs.workspaceId
  }
}

module queues './queues.bicep' = {
  name: 'queues'
  params: {
    token: token
    location: location
    tags: tags
    principalId: identity.properties.principalId
    privateNetworking: privateNetworking
    workspaceId: monitoring.outputs.workspaceId
  }
}

module vault './vault.bicep' = {
  name: 'vault'
  params: {
    token: token
    location: location
    tags: tags
    principalId: identity.properties.principalId
    privateNetworking: privateNetworking
    workspaceId: monitoring.outputs.workspaceId
  }
}

module model './model.bicep' = if (!empty(modelName)) {
  name: 'model'
  params: {
    token: token
    location: location
    tags: tags
    principalId: identity.properties.principalId
    modelName: modelName
    modelVersion: modelVersion
    capacity: modelCapacity
    privateNetworking: privateNetworking
    workspaceId: monitoring.outputs.workspaceId
  }
}

module network './network.bicep' = if (privateNetworking) {
  name: 'network'
  params: {
    token: token
    location: location
    tags: tags
    storageAccountId: storage.outputs.accountId
    cosmosAccountId: documents.outputs.accountId
    serviceBusId: queues.outputs.namespaceId
    vaultId: vault.outputs.vaultId
    modelAccountId: empty(modelName) ? '' : model!.outputs.accountId
  }
}

module web './web.bicep' = {
  name: 'web'
  params: {
    token: token
    location: location
    tags: tags
  }
}

module api './api.bicep' = {
  name: 'api'
  params: {
    token: token
    location: location
    tags: tags
    identityId: identity.id
    identityClientId: identity.properties.clientId
    subnetId: privateNetworking ? network!.outputs.appSubnetId : ''
    workspaceId: monitoring.outputs.workspaceId
    appInsightsConnectionString: monitoring.outputs.connectionString
    storageAccountName: storage.outputs.accountName
    blobEndpoint: storage.outputs.blobEndpoint
    packageContainer: storage.outputs.packageContainer
    bodiesContainer: storage.outputs.bodiesContainer
    cosmosEndpoint: documents.outputs.endpoint
    cosmosDatabase: documents.outputs.databaseName
    serviceBusHostName: queues.outputs.hostName
    keyUrl: vault.outputs.keyUrl
    webOrigin: web.outputs.uri
    entraTenantIds: entraTenantIds
    apiClientId: apiClientId
    modelEndpoint: empty(modelName) ? '' : model!.outputs.endpoint
    modelDeployment: empty(modelName) ? '' : model!.outputs.deploymentName
    smtpUrl: smtpUrl
    mailFrom: mailFrom
  }
}

module alerts './alerts.bicep' = if (!empty(alertEmail)) {
  name: 'alerts'
  params: {
    token: token
    location: location
    tags: tags
    alertEmail: alertEmail
    serviceBusId: queues.outputs.namespaceId
    workspaceId: monitoring.outputs.workspaceId
  }
}

output identityPrincipalId string = identity.properties.principalId
output apiUri string = api.outputs.uri
output webUri string = web.outputs.uri
